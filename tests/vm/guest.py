# SPDX-License-Identifier: Apache-2.0
"""A guest: a kernel in an emulated machine whose root is the host's /, read-only, and in which one command is run."""
import ctypes
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import archive
import foreign_root

TMPFS = ("/tmp", "/var/tmp", "/mnt")  # writable folders in a guest, besides /run and /dev/shm
HUNG, BROKEN = 124, 125  # exit statuses, as those of timeout(1)
BOOT_LIMIT = 180  # seconds; it takes 3 on a quiet machine
LAST_LINES = 20
TELLING = re.compile(r"Kernel panic|BUG:|Oops|general protection|^init: ")
PR_SET_PDEATHSIG = 1
COMMON = ("-accel", "tcg,tb-size=256", "-no-reboot", "-nodefaults", "-display", "none")
# Plain old models: an emulator needs many steps for the features of newer processors.  The options save a guest's start
# from measuring clocks and from mending a processor that does not exist.
MACHINES = {
    "amd64": ("qemu-system-x86_64", ("-cpu", "Nehalem", "-M", "pc,usb=off,vmport=off"),
              "console=ttyS0 mitigations=off tsc=reliable no_timer_check nokaslr"),
    "arm64": ("qemu-system-aarch64", ("-cpu", "cortex-a72", "-M", "virt"), "console=ttyAMA0 mitigations=off nokaslr"),
}
libc = ctypes.CDLL(None)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Guest:
    def __init__(self, kernel, shares=(), shown=(), memory=1024, cpus=1, append="", environment=()):
        self.kernel, self.memory, self.cpus, self.append = kernel, memory, cpus, append
        self.shares = [os.path.abspath(folder) for folder in shares]
        self.environment = dict(environment)
        self.root = "/"
        if kernel.architecture != archive.machine():
            self.root = foreign_root.get(kernel.architecture)
        # The host's files below a tmpfs are hidden, and a foreign root has none of them.
        self.shown = sorted({folder for folder in map(os.path.abspath, shown)
                             if self.root != "/" or any((folder + "/").startswith(top + "/") for top in TMPFS)})

        for path in [kernel.modules, *self.shares, *self.shown]:
            if re.search(r"[\s,]", path):  # it stands in a list on the kernel's command line
                raise archive.Unavailable(f"a guest cannot be told of a path with a blank or a comma: {path}")

    def arguments(self, job):
        """The emulator's command line; `job` is the folder that is /run/vm/job in the guest."""
        program, machine, append = MACHINES[self.kernel.architecture]
        shares = {"job": "/run/vm/job", **{f"share{number}": folder for number, folder in enumerate(self.shares)}}
        words = [program, *machine, *COMMON, "-m", str(self.memory), "-smp", str(self.cpus),
                 "-device", "virtio-rng-pci", "-serial", f"file:{job}/console",
                 "-kernel", self.kernel.image, "-initrd", self.kernel.initramfs]
        readonly = "security_model=none,readonly=on,multidevs=remap"
        words += ["-virtfs", f"local,path={self.root},mount_tag=root,{readonly}"]
        append += f" panic=-1 quiet random.trust_cpu=on vm.tmpfs={','.join(TMPFS)}"
        if self.root != "/":
            words += ["-virtfs", f"local,path=/,mount_tag=host,{readonly}"]
            append += " vm.host=host"
        for tag, folder in shares.items():
            path = job if tag == "job" else folder
            words += ["-virtfs", f"local,path={path},mount_tag={tag},security_model=none,multidevs=remap"]
        if self.shown:
            append += f" vm.show={','.join(self.shown)}"
        append += f" vm.share={','.join(f'{tag}:{folder}' for tag, folder in shares.items())}"
        append += f" vm.modules={self.kernel.modules}/lib/modules {self.append}"
        return [*words, "-append", append]

    def run(self, command, directory, timeout, keep_console=None, outputs=None):
        """Runs the command for `timeout` seconds at most and passes its output on, to the two files of `outputs`.  Returns
        its exit status, or HUNG or BROKEN after a message."""
        job = tempfile.mkdtemp(prefix="caprec-vm.")
        try:
            if self.root != "/":  # its root is read-only for the guest, so the places of its mounts must exist before
                for folder in [*self.shown, *self.shares]:
                    os.makedirs(self.root + folder, exist_ok=True)
            with open(os.path.join(job, "command"), "w", encoding="utf-8") as file:
                file.write(self.script(command, directory))
            for name in ("stdout", "stderr", "console"):
                open(os.path.join(job, name), "wb").close()
            return self.follow(job, timeout, outputs or (sys.stdout, sys.stderr))
        finally:
            if keep_console:
                shutil.copy(os.path.join(job, "console"), keep_console)
            shutil.rmtree(job, ignore_errors=True)

    def script(self, command, directory):
        # Users other than root may not enter /root; a home that all can use keeps their programs from asking for more.
        variables = {"HOME": "/tmp", "LANG": "C.UTF-8", "TERM": "dumb", **self.environment}
        lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
        return "\n".join([*lines, f"cd {shlex.quote(directory)} || exit 126", "exec " + shlex.join(command), ""])

    def follow(self, job, timeout, targets):
        try:
            machine = subprocess.Popen(self.arguments(job), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, preexec_fn=die_with_parent, start_new_session=True)
        except FileNotFoundError as error:
            raise archive.Unavailable(f"{error.filename} is missing (.ci/install-packages vm)") from error
        outputs = [(open(os.path.join(job, name), "rb"), target) for name, target in zip(("stdout", "stderr"), targets)]
        deadline, started, status = time.monotonic() + BOOT_LIMIT, False, os.path.join(job, "status")

        def pass_on():
            for source, target in outputs:
                data = source.read()
                if data:
                    target.buffer.write(data)
                    target.flush()
        try:
            while True:
                ended = machine.poll() is not None
                answered = os.path.exists(status)
                pass_on()  # only after the looks: output from before the status is then there
                if answered:
                    with open(status, encoding="utf-8") as file:
                        return int(file.read())
                if ended:
                    said = machine.stderr.read().decode(errors="replace")
                    self.complain(job, f"ended before the command did (emulator's status {machine.returncode}) {said}")
                    return BROKEN
                if not started and os.path.exists(os.path.join(job, "started")):
                    started, deadline = True, time.monotonic() + timeout
                if time.monotonic() > deadline:
                    self.complain(job, f"did not end within {timeout:g} s" if started else f"did not start within {BOOT_LIMIT} s")
                    return HUNG
                time.sleep(0.02)
        finally:
            machine.kill()
            machine.wait()
            machine.stderr.close()
            for source, _ in outputs:
                source.close()

    def complain(self, job, what):
        with open(os.path.join(job, "console"), encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        lines = [line for line in lines[:-LAST_LINES] if TELLING.search(line)] + lines[-LAST_LINES:]
        print(f"run-vm: the guest with {self.kernel.release} {what.strip()}; its console's last lines:", file=sys.stderr)
        for line in lines or ["(none)"]:
            print("    " + line, file=sys.stderr)
