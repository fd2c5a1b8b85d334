#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run-vm passes on the output and status of a command, says what became of a guest, and leaves nothing behind."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import guest

HERE = os.path.dirname(os.path.abspath(__file__))
KERNEL = "6.1"  # the one that boots fastest
SKIP = 77


def run_vm(*words, **options):
    return subprocess.run([os.path.join(HERE, "run-vm"), *words], capture_output=True, text=True, check=False, **options)


def emulators(mark):
    """The processes of guests whose jobs lie below that folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read()
        except OSError:
            continue
        if words.startswith(b"qemu-system") and mark.encode() in words:
            found.append(int(pid))
    return found


class Harness(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="run-vm-test.")
        self.addCleanup(folder.cleanup)
        self.temporary = folder.name
        self.environment = {**os.environ, "TMPDIR": self.temporary}

    def run_vm(self, *words):
        result = run_vm(KERNEL, *words, env=self.environment)
        self.assertEqual(os.listdir(self.temporary), [])
        self.assertEqual(emulators(self.temporary), [])
        return result

    def test_output_status_folders_and_environment(self):
        with tempfile.TemporaryDirectory(dir=HERE + "/../../build") as shared:
            result = self.run_vm("--share", shared, "--env", "MARK=a b", "--append", "lockdown=integrity", "--", "sh", "-c",
                                 f"echo \"$MARK\" '$MARK' >'{shared}/f'; cat '{shared}/f'; pwd; echo wrong >&2; "
                                 f"cat /sys/kernel/security/lockdown; touch {HERE}/x || touch /tmp/x; uname -r; exit 7")
            with open(shared + "/f", encoding="utf-8") as file:
                self.assertEqual(file.read(), "a b $MARK\n")
        lines = result.stdout.splitlines()
        self.assertEqual(lines[:3], ["a b $MARK", os.getcwd(), "none [integrity] confidentiality"])
        self.assertRegex(lines[3], r"^6\.1\.")
        self.assertIn("wrong\n", result.stderr)
        self.assertIn("Read-only file system", result.stderr)
        self.assertEqual(result.returncode, 7)

    def test_programs_are_the_roots(self):
        result = self.run_vm("--", "sh", "-c", "readlink /proc/$$/exe; exec env --version")
        self.assertEqual(result.stdout.splitlines()[0], os.path.realpath("/bin/sh"))
        self.assertIn("GNU coreutils", result.stdout)

    def test_a_guest_that_hangs(self):
        result = self.run_vm("--timeout", "5", "--", "sh", "-c", "echo here we are >/dev/kmsg; echo early; sleep 100")
        self.assertEqual((result.returncode, result.stdout), (guest.HUNG, "early\n"))
        self.assertIn("did not end within 5 s", result.stderr)

    def test_a_kernel_that_panics(self):
        result = self.run_vm("--", "sh", "-c", "echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger; sleep 100")
        self.assertEqual(result.returncode, guest.BROKEN)
        self.assertIn("Kernel panic", result.stderr)

    def test_no_guest_outlives_the_harness(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            with subprocess.Popen([os.path.join(HERE, "run-vm"), KERNEL, "--", "sleep", "100"], env=self.environment,
                                  stderr=subprocess.DEVNULL) as harness:
                while not emulators(self.temporary):
                    self.assertIsNone(harness.poll())
                    time.sleep(0.05)
                harness.send_signal(number)
            self.assertNotEqual(harness.returncode, 0)
            while emulators(self.temporary):  # after SIGKILL it is the kernel that ends it, a moment later
                time.sleep(0.05)
            if number != signal.SIGKILL:
                self.assertEqual(os.listdir(self.temporary), [])

    def test_what_cannot_be_had_is_skipped(self):
        with tempfile.TemporaryDirectory() as empty:
            environment = {**self.environment, "CAPREC_VM_CACHE": empty, "http_proxy": "http://127.0.0.1:9",
                           "https_proxy": "http://127.0.0.1:9"}
            result = run_vm(KERNEL, "--", "true", env=environment)
        self.assertEqual(result.returncode, SKIP, result.stderr)
        self.assertRegex(result.stderr, r"^run-vm: skipped: 6\.1: apt-get update")


if __name__ == "__main__":
    first = run_vm(KERNEL, "--fetch")
    if first.returncode == SKIP:
        sys.stderr.write(first.stderr)
        sys.exit(SKIP)
    unittest.main()
