// SPDX-License-Identifier: Apache-2.0
#include "analyzer/unasked_need.h"

namespace caprec {

CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader) {
    const Credential* before = row.before != row.after ? reader.credential(row.before) : nullptr;
    const Credential* after = reader.credential(row.after);
    if (before == nullptr || after == nullptr || before->user_namespace != after->user_namespace) {
        return {};
    }
    const CapabilitySet raised = (after->inheritable - before->inheritable) | (after->ambient - before->ambient);
    if (raised.size() > 1 && raised == before->permitted - before->inheritable) {
        return {};
    }
    const UserNamespace* where = reader.user_namespace(after->user_namespace);
    const UserNamespace& home = reader.header().home_namespace;
    const bool own_namespace = where != nullptr && home.inode != 0 && where->level > home.level;
    return own_namespace ? CapabilitySet() : raised;
}

CheckRow check_row_of(const CredentialChangeRow& change, unsigned capability) {
    CheckRow row;
    row.order = change.order;
    row.time = change.time;
    row.thread = change.thread;
    row.capability = capability;
    row.abi = change.abi;
    row.syscall = change.syscall;
    row.syscall_sequence = change.syscall_sequence;
    return row;
}

}  // namespace caprec
