// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/comparison.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "schema/capability_numbers.h"
#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

bool is_call(const ComparisonRow& row, std::string_view name) {
    return row.abi > 0 && is_one_of<Abi>(row.abi) && syscall_number(static_cast<Abi>(row.abi), name) == row.syscall;
}

bool is_perf(const ComparisonRow& row) { return is_call(row, "perf_event_open"); }

// Whether the kernel came to the comparison.  A refused call did not pass it; and some errors come before it: for a bad
// argument, or a task that does not exist.
bool came_by(const ComparisonRow& row) {
    constexpr std::int64_t never[] = {-EPERM, -EACCES, -EFAULT, -ENAMETOOLONG, -ESRCH};
    const auto value = static_cast<std::int64_t>(row.value);
    const bool by_path = (row.flags & comparison_by_name) != 0;
    return std::ranges::find(never, value) == std::end(never) && (by_path || value != -EINVAL);
}

const CapabilitySet& compared_set(const Credential& calling, ComparisonKind kind) {
    return kind == ComparisonKind::file ? calling.effective : calling.permitted;
}

// With other ids the kernel asks for the capability before it compares.
bool same_ids(const Credential& calling, const Credential& target, ComparisonKind kind) {
    const std::uint32_t uid = kind == ComparisonKind::file ? calling.fsuid : calling.uid;
    const std::uint32_t gid = kind == ComparisonKind::file ? calling.fsgid : calling.gid;
    return uid == target.uid && uid == target.euid && uid == target.suid && gid == target.gid && gid == target.egid &&
           gid == target.sgid;
}

// Whether the credential is in a user namespace of the run, so that nothing is needed from outside.
bool below_home(const Credential& credential, const TraceReader& reader) {
    const UserNamespace* where = reader.user_namespace(credential.user_namespace);
    const UserNamespace& home = reader.header().home_namespace;
    return where != nullptr && home.inode != 0 && where->level > home.level;
}

bool owns_namespace_of(const Credential& calling, const Credential& target, const TraceReader& reader) {
    const UserNamespace* own = reader.user_namespace(calling.user_namespace);
    const UserNamespace* other = reader.user_namespace(target.user_namespace);
    return own != nullptr && other != nullptr && other->level > own->level && other->owner == calling.euid;
}

// Whether the kernel let the call pass by comparing the two credentials.
bool passed_by_comparing(const Credential& calling, const Credential& target, ComparisonKind kind,
                         const TraceReader& reader) {
    const CapabilitySet held = compared_set(calling, kind);
    if (target.permitted.empty() || !(target.permitted - held).empty() || below_home(target, reader))
        return false;
    return kind == ComparisonKind::nice
               ? !owns_namespace_of(calling, target, reader)
               : calling.user_namespace == target.user_namespace && same_ids(calling, target, kind);
}

// Since Linux 6.15 a process that may watch performance may read the memory of others, too (kernel/fork.c
// may_access_mm).
bool reads_memory(const ComparisonRow& row, const TraceReader& reader) {
    constexpr std::string_view entries[] = {"maps", "smaps", "smaps_rollup", "numa_maps", "pagemap", "environ", "auxv"};
    unsigned major = 0, minor = 0;
    const std::string& release = reader.header().kernel_release;
    const bool known = std::sscanf(release.c_str(), "%u.%u", &major, &minor) == 2;
    return known && std::pair(major, minor) >= std::pair(6U, 15U) &&
           std::ranges::find(entries, reader.string(row.entry)) != std::end(entries);
}

// A process that holds all that the other process holds is asked for nothing: so one capability stands for all of
// those, or else each of them is needed.
std::vector<ComparedNeed> needs_of(const ComparisonRow& row, unsigned capability, CapabilitySet held_by_other,
                                   const TraceReader& reader) {
    const CapabilitySet memory =
        reads_memory(row, reader) ? CapabilitySet::of({cap_perfmon, cap_sys_admin}) : CapabilitySet();
    if (held_by_other.contains(capability))
        return {{NotAsked::compared, capability, memory}};
    std::vector<ComparedNeed> needs;
    for (const unsigned held : held_by_other.members())
        needs.push_back({NotAsked::compared, capability, memory | CapabilitySet::of({held})});
    return needs;
}

}  // namespace

std::vector<ComparedNeed> compared_needs(const ComparisonRow& row, CapabilitySet granted, const TraceReader& reader) {
    const bool many = (row.flags & comparison_many) != 0;
    const bool of_the_run = (row.flags & comparison_own) != 0 || row.target_process != 0;
    const bool known_kind = row.kind != 0 && is_one_of<ComparisonKind>(row.kind);
    if (!known_kind || !came_by(row) || (of_the_run && !many))
        return {};
    if (is_perf(row) && (granted.contains(cap_perfmon) || granted.contains(cap_sys_admin)))
        return {};  // that one is asked for first, and is enough
    const auto kind = static_cast<ComparisonKind>(row.kind);
    const unsigned capability = kind == ComparisonKind::nice ? cap_sys_nice : cap_sys_ptrace;
    const Credential* calling = reader.credential(row.credential);
    const Credential* target = of_the_run ? nullptr : reader.credential(row.target_credential);
    if (calling != nullptr && (calling->permitted.empty() || below_home(*calling, reader)))
        return {};
    if (calling == nullptr || target == nullptr)
        return {{NotAsked::compared_unknown, capability, {}}};
    if (!passed_by_comparing(*calling, *target, kind, reader))
        return {};
    return needs_of(row, capability, target->permitted, reader);
}

ComparedInRun compared_in_run(const ComparisonRow& row, const TraceReader& reader) {
    const bool several = (row.flags & comparison_many) != 0 || is_call(row, "kcmp");
    const bool known_kind = row.kind != 0 && is_one_of<ComparisonKind>(row.kind);
    const Credential* calling = reader.credential(row.credential);
    const Credential* target = reader.credential(row.target_credential);
    if (!known_kind || several || row.target_process == 0 || calling == nullptr || target == nullptr ||
        calling->user_namespace != target->user_namespace)
        return {};
    const auto kind = static_cast<ComparisonKind>(row.kind);
    if (kind != ComparisonKind::nice && !same_ids(*calling, *target, kind))
        return {};
    const CapabilitySet more = target->permitted - compared_set(*calling, kind);
    return {.may_trace = kind == ComparisonKind::real && more.empty(), .held_more = more};
}

}  // namespace caprec
