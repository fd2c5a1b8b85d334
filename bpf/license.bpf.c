// SPDX-License-Identifier: GPL-2.0-or-later
/* For the kernel: what all programs here together are licensed as. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
