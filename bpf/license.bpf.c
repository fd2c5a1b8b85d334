// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel is told the license of all programs here together. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
