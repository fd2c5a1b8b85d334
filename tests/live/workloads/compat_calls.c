// SPDX-License-Identifier: Apache-2.0
//
// As nobody, calls setpriority(-7) through the 64-bit entry, setpriority(-8) through the 32-bit one (int 0x80, number
// 97), then setpriority(-9) through the 64-bit one again.  Exit status 77 where there is no 32-bit entry, 78 where it
// faults, as in some virtual machines.
#include "workload.h"

#include <signal.h>

static void on_fault(int number) {
    (void)number;
    _exit(78);
}

int main(void) {
    become_nobody();
#if defined(__x86_64__)
    ask_for_priority(-7);
    if (signal(SIGSEGV, on_fault) == SIG_ERR)
        fail("signal");
    long result = 97;
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"(PRIO_PROCESS), "c"(0), "d"(-8)
                     : "memory", "r8", "r9", "r10", "r11");
    if ((int)result == -ENOSYS)
        return 77;
    if ((int)result != -EACCES)
        return 99;
    ask_for_priority(-9);
    return 0;
#else
    return 77;
#endif
}
