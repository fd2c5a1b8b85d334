// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/unasked_need.h"

#include <cerrno>

#include "analyzer/processes/own_namespace.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

// Root's permitted set is made from the bounding set and tells nothing of the file.
CapabilitySet gained_from_file(const Credential& before, const Credential& after) {
    if (after.uid == 0 || after.euid == 0)
        return {};
    return (after.permitted & after.effective) - (before.permitted | before.inheritable);
}

}  // namespace

CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader) {
    const Credential* before = row.before != row.after ? reader.credential(row.before) : nullptr;
    const Credential* after = reader.credential(row.after);
    if (before == nullptr || after == nullptr || before->user_namespace != after->user_namespace)
        return {};
    const CapabilitySet raised = (after->inheritable - before->inheritable) | (after->ambient - before->ambient);
    if (raised.size() > 1 && raised == before->permitted - before->inheritable)
        return {};
    return raised;
}

CapabilitySet given_by_file(const ExecRow& row, const TraceReader& reader) {
    const Credential* before = reader.credential(row.before);
    const Credential* after = reader.credential(row.after);
    if ((row.flags & exec_file_powerless) != 0)
        return {};
    if ((row.file_state & file_capabilities_known) != 0) {
        const bool counts = (row.file_state & file_effective) != 0 && row.file_root_id == 0;
        return counts ? CapabilitySet(row.file_permitted) : CapabilitySet();
    }
    const bool tells = before != nullptr && after != nullptr && !in_own_namespace(row.after, reader);
    return tells ? gained_from_file(*before, *after) : CapabilitySet();
}

CapabilitySet withheld_of_file(const RefusalRow& row, const TraceReader& reader) {
    constexpr std::uint64_t is_known = file_capabilities_known | file_effective;
    const Credential* credential = reader.credential(row.credential);
    if (row.error != EPERM || (row.file_state & is_known) != is_known || row.file_root_id != 0 ||
        credential == nullptr || in_own_namespace(row.credential, reader))
        return {};
    const CapabilitySet inherited = CapabilitySet(row.file_inheritable) & credential->inheritable;
    return CapabilitySet(row.file_permitted) - credential->bounding - inherited;
}

namespace {

template <class Row> CheckRow row_at(const Row& event, unsigned capability) {
    CheckRow row;
    row.order = event.order;
    row.time = event.time;
    row.thread = event.thread;
    row.capability = capability;
    row.abi = event.abi;
    row.syscall = event.syscall;
    row.syscall_sequence = event.syscall_sequence;
    return row;
}

}  // namespace

CheckRow check_row_of(const CredentialChangeRow& change, unsigned capability) { return row_at(change, capability); }

CheckRow check_row_of(const ComparisonRow& comparison, unsigned capability) {
    CheckRow row = row_at(comparison, capability);
    row.credential = comparison.credential;
    row.object = comparison.object;
    return row;
}

CheckRow check_row_of(const RefusalRow& refusal, unsigned capability) {
    CheckRow row = row_at(refusal, capability);
    row.result = static_cast<std::uint64_t>(-EPERM);
    row.credential = refusal.credential;
    row.object = refusal.object;
    return row;
}

CheckRow check_row_of(const OutcomeRow& outcome, unsigned capability) {
    CheckRow row;
    row.order = outcome.order;
    row.thread = outcome.thread;
    row.capability = capability;
    row.abi = outcome.abi;
    row.syscall = outcome.syscall;
    row.syscall_sequence = outcome.syscall_sequence;
    row.result = static_cast<std::int64_t>(outcome.value) < 0 ? static_cast<std::uint64_t>(-EPERM) : 0;
    return row;
}

CheckRow check_row_of(const ExecRow& exec, unsigned capability, Arch arch) {
    const Abi abi = arch == Arch::arm64 ? Abi::arm64 : Abi::x86_64;
    CheckRow row;
    row.order = exec.order;
    row.time = exec.time;
    row.thread = exec.thread;
    row.capability = capability;
    row.credential = exec.before;
    row.abi = static_cast<std::uint64_t>(abi);
    row.syscall = syscall_number(abi, "execve").value_or(0);
    return row;
}

}  // namespace caprec
