// SPDX-License-Identifier: Apache-2.0
//
// The code that a goroutine returns to as Go's linker places it: 512 bytes after the entry, with call frame information
// like that of any function.  With AS_GO the file says that it is Go's.
#if defined(__x86_64__)
#ifdef AS_GO
__asm__(
    ".pushsection .note.go.buildid, \"a\", @note\n"
    ".long 4, 4, 4\n"
    ".asciz \"Go\\0\"\n"
    ".long 1\n"
    ".popsection\n");
#endif
__asm__(
    ".globl _start\n"
    "_start:\n"
    ".skip 512, 0xcc\n"
    ".cfi_startproc\n"
    "nop\n"
    "call _start\n"
    "nop\n"
    ".cfi_endproc\n");
#else
void _start(void) {}
#endif
