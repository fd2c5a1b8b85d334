// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/risk.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "schema/capability_numbers.h"
#include "schema/enum_table.h"

namespace caprec {
namespace {

struct RiskRow {
    Risk risk;
    const char* text;
};

// One row for each capability, by number.
constexpr RiskRow rows[] = {
    {Risk::high, "give any file to anybody"},
    {Risk::high, "ignore file permissions: write any file of root"},
    {Risk::high, "read any file and directory, open files by handle"},
    {Risk::high, "act as the owner of any file: modes, ACLs, times"},
    {Risk::medium, "keep set-user-ID and set-group-ID bits on files that are changed"},
    {Risk::medium, "signal any process"},
    {Risk::high, "take any group id, group root among them"},
    {Risk::high, "take any user id, root among them"},
    {Risk::medium, "drop bounding bits, widen the inheritable set"},
    {Risk::low, "set immutable and append-only flags"},
    {Risk::low, "bind ports below 1024"},
    {Risk::low, "hear netlink events of other namespaces"},
    {Risk::medium, "configure interfaces, routes, firewall: redirect traffic"},
    {Risk::medium, "raw and packet sockets: sniff and spoof"},
    {Risk::low, "lock memory beyond the limit"},
    {Risk::medium, "ignore permissions of System V IPC objects"},
    {Risk::high, "load kernel modules: code in the kernel"},
    {Risk::high, "physical memory, I/O ports, raw device commands"},
    {Risk::medium, "chroot, and half of entering a mount namespace"},
    {Risk::high, "trace any process: inject code into those of root"},
    {Risk::low, "process accounting"},
    {Risk::high, "mount, namespaces, and most of administration"},
    {Risk::high, "reboot, load another kernel"},
    {Risk::low, "priorities, real-time scheduling, affinity"},
    {Risk::low, "exceed limits, quotas and reserves"},
    {Risk::medium, "set clocks: certificates, logs"},
    {Risk::medium, "vhangup, console keymaps"},
    {Risk::high, "make device nodes: a raw disk"},
    {Risk::low, "leases on files of others"},
    {Risk::low, "write messages to the audit log"},
    {Risk::medium, "change audit rules: hide activity"},
    {Risk::high, "give files capabilities"},
    {Risk::medium, "override Smack rules"},
    {Risk::medium, "change mandatory access control"},
    {Risk::low, "read the kernel log and kernel addresses"},
    {Risk::low, "wake the system up"},
    {Risk::low, "block suspend"},
    {Risk::low, "read the audit stream"},
    {Risk::medium, "measure and trace everything"},
    {Risk::medium, "load BPF programs and maps"},
    {Risk::medium, "checkpoint and restore processes"},
};
constexpr EnumTable<Risk, const char*> names({"low", "medium", "high"});

}  // namespace

Risk risk_of(unsigned capability) { return capability < std::size(rows) ? rows[capability].risk : Risk::high; }

const char* risk_name(Risk risk) { return names[risk]; }

const char* risk_text(unsigned capability) { return capability < std::size(rows) ? rows[capability].text : ""; }

unsigned preference(unsigned capability) {
    switch (capability) {
        case cap_dac_read_search: return cap_dac_override;
        case cap_fowner: return cap_dac_read_search;
        case cap_dac_override: return cap_fowner;
        case cap_net_admin: return cap_net_raw;
        case cap_net_raw: return cap_net_admin;
        default: return capability;
    }
}

std::array<std::size_t, 3> risk_counts(CapabilitySet set) {
    std::array<std::size_t, 3> counts{};
    for (const unsigned member : set.members())
        ++counts[static_cast<std::size_t>(Risk::high) - static_cast<std::size_t>(risk_of(member))];
    return counts;
}

std::vector<unsigned> by_risk(CapabilitySet set) {
    std::vector<unsigned> members = set.members();
    std::ranges::stable_sort(members, std::ranges::greater{}, risk_of);
    return members;
}

}  // namespace caprec
