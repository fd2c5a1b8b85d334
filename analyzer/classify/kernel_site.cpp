// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/kernel_site.h"

#include <algorithm>
#include <iterator>

namespace caprec {
namespace {

// How deep the probe's frames may be: deeper there is no probe.
constexpr std::size_t max_probe_frames = 24;

constexpr std::string_view probe_prefixes[] = {
    "bpf_prog_",          "bpf_trace_run",  "__bpf_trace_",    "trace_",
    "__traceiter_",       "bpf_get_stack",  "__bpf_get_stack", "bpf_trampoline_",
    "get_perf_callchain", "perf_callchain", "kprobe_",         "kretprobe_",
    "arch_rethook_",      "rethook_",       "ftrace_",         "fprobe_",
    "__bpf_prog_",
};

constexpr std::string_view capability_helpers[] = {
    "cap_capable",
    "cap_capable_helper",
    "security_capable",
    "capable",
    "ns_capable",
    "ns_capable_common",
    "ns_capable_noaudit",
    "ns_capable_setid",
    "file_ns_capable",
    "has_capability",
    "has_capability_noaudit",
    "has_ns_capability",
    "has_ns_capability_noaudit",
    "capable_wrt_inode_uidgid",
    "inode_owner_or_capable",
    "in_group_or_capable",
    "bpf_capable",
    "perfmon_capable",
    "checkpoint_restore_ns_capable",
    "bpf_token_capable",
    "bpf_ns_capable",
    "netlink_capable",
    "netlink_ns_capable",
    "__netlink_ns_capable",
    "netlink_net_capable",
    "sk_capable",
    "sk_ns_capable",
    "sk_net_capable",
    "sockopt_capable",
    "sockopt_ns_capable",
    "ptracer_capable",
    "has_cap_mac_admin",
};

constexpr std::string_view overcommit_helpers[] = {
    "cap_vm_enough_memory",
    "security_vm_enough_memory_mm",
    "__vm_enough_memory",
};

constexpr std::string_view compiler_suffixes[] = {".isra", ".part", ".constprop", ".cold", ".llvm", ".lto_priv"};

template <class Table> bool contains(const Table& table, std::string_view symbol) {
    return std::ranges::find(table, symbol) != std::end(table);
}

}  // namespace

const SiteRow* KernelSite::row_for(unsigned capability) const {
    const auto row =
        std::ranges::find_if(known, [&](const SiteRow* each) { return each->capabilities.contains(capability); });
    return row != known.end() ? *row : nullptr;
}

std::string_view strip_compiler_suffixes(std::string_view symbol) {
    std::size_t end = symbol.size();
    for (const std::string_view suffix : compiler_suffixes)
        end = std::min(end, symbol.find(suffix));
    return symbol.substr(0, end);
}

bool is_probe_frame(std::string_view symbol) {
    return std::ranges::any_of(probe_prefixes, [&](std::string_view prefix) { return symbol.starts_with(prefix); });
}

bool is_capability_helper(std::string_view symbol) { return contains(capability_helpers, symbol); }

bool is_overcommit_helper(std::string_view symbol) { return contains(overcommit_helpers, symbol); }

namespace {

bool is_helper(std::string_view symbol) { return is_capability_helper(symbol) || is_overcommit_helper(symbol); }

}  // namespace

std::size_t first_kernel_frame(const std::vector<std::string_view>& symbols) {
    const std::size_t limit = std::min(symbols.size(), max_probe_frames);
    for (std::size_t i = 0; i < limit; ++i)
        if (is_helper(strip_compiler_suffixes(symbols[i])))
            return i;
    std::size_t first = 0;
    while (first < limit && is_probe_frame(symbols[first]))
        ++first;
    return first;
}

KernelSite find_site(const std::vector<std::string_view>& symbols) {
    KernelSite site;
    std::size_t i = first_kernel_frame(symbols);
    site.named = std::any_of(symbols.begin() + static_cast<std::ptrdiff_t>(i), symbols.end(),
                             [](std::string_view symbol) { return !symbol.empty(); });
    for (; i < symbols.size(); ++i) {
        const std::string_view symbol = strip_compiler_suffixes(symbols[i]);
        if (!is_helper(symbol)) {
            site.symbol = symbol;  // without a name it stays unknown: the next one is its caller, not the site
            break;
        }
        site.overcommit = site.overcommit || is_overcommit_helper(symbol);
    }
    return site;
}

}  // namespace caprec
