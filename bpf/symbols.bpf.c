// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names for kernel addresses, from the kernel itself: this takes 2 us for a name while reading /proc/kallsyms takes 60
 * ms, and the addresses need not be readable. %pB looks an address up as what it is, a return address.  Run by hand
 * (BPF_PROG_TEST_RUN), not attached.
 */
#include "event.h"
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

__u64 symbol_addresses[EV_SYMBOL_BATCH];
char symbol_names[EV_SYMBOL_BATCH][EV_SYMBOL_BYTES];

SEC("syscall")
int name_addresses(void *ctx)
{
    for (u32 i = 0; i < EV_SYMBOL_BATCH; i++) {
        u64 address = symbol_addresses[i];
        if (!address)
            break;
        bpf_snprintf(symbol_names[i], EV_SYMBOL_BYTES, "%pB", &address, sizeof address);
    }
    return 0;
}
