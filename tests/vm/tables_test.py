#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of this folder fit each other, and programs build the right things from them."""
import lzma
import os
import struct
import tempfile
import unittest
import unittest.mock
import zlib

import guest_checks
import initramfs
import kernel
import results


class Tables(unittest.TestCase):
    def test_columns_are_kernels_and_rows_are_checks(self):
        kernels = kernel.table()
        for column, checks in results.expectations().items():
            self.assertIn(column.partition("+")[0], kernels)
            for name, (run, expected) in checks.items():
                self.assertIn(name, guest_checks.CHECKS)
                self.assertIn(run, ("short", "whole"))
                hooks = ("tracepoint", "fexit", "kprobe") if name == "attach" else ("pass",)
                self.assertIn(expected, (*hooks, "refused", "failed", results.UNJUDGED))

    def test_a_check_without_result_is_not_overlooked(self):
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write("attach\tfexit\t1.0\tfine\nchown\tpa")  # the guest ended while it wrote
            file.flush()
            found = results.read_lines(file.name, {"attach": ("short", "fexit"), "chown": ("short", "?")})
        self.assertEqual([result.result for result in found], ["fexit", results.NONE])
        self.assertEqual([results.unexpected(result) for result in found], [False, True])

    def test_markdown(self):
        with tempfile.TemporaryDirectory() as cache, unittest.mock.patch.dict(os.environ, CAPREC_VM_CACHE=cache):
            os.makedirs(results.folder("6.1"))
            results.save("6.1", {"release": "6.1.0-1", "date": "2026-01-01", "commit": "abc"},
                         [results.Result("attach", "fexit", "1", "", "?"), results.Result("chown", "pass", "1", "", "?")])
            self.assertIn("| 6.1 | 6.1.0-1 | fexit | yes |", results.markdown(["6.1", "6.12"]))


class Images(unittest.TestCase):
    def test_kernels_are_unpacked(self):
        bare = b"\x7fELF" + bytes(1000)
        packed = lzma.compress(bare, check=lzma.CHECK_CRC32) + struct.pack("<I", len(bare))
        image = bytearray(0x400 + 16) + packed
        image[0x1f1] = 1
        image[0x202:0x206] = b"HdrS"
        struct.pack_into("<II", image, 0x248, 16, len(packed))
        self.assertEqual(kernel.decompress(bytes(image)), bare)
        zboot = b"MZ\0\0zimg" + struct.pack("<II", 64, 0) + bytes(48)
        packed = zlib.compress(bare, wbits=31)
        self.assertEqual(kernel.decompress(zboot[:12] + struct.pack("<I", len(packed)) + zboot[16:] + packed), bare)
        self.assertEqual(kernel.decompress(b"MZ" + bytes(100)), b"MZ" + bytes(100))

    def test_entries_are_aligned(self):
        archived = initramfs.Cpio()
        archived.folder("a")
        archived.file("a/bc", b"12345")
        data = archived.end()
        self.assertEqual(len(data) % 4, 0)
        start = data.index(b"070701", 1)
        self.assertEqual(start % 4, 0)
        self.assertEqual(data[start + 110:start + 115], b"a/bc\0")
        self.assertEqual(int(data[start + 54:start + 62], 16), 5)


if __name__ == "__main__":
    unittest.main()
