// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/namespace_makers.h"

namespace caprec {

void NamespaceMakers::on(CredentialId before, CredentialId after) {
    const Credential* from = before != after ? reader_.credential(before) : nullptr;
    const Credential* into = reader_.credential(after);
    const UserNamespace* outer = from != nullptr ? reader_.user_namespace(from->user_namespace) : nullptr;
    const UserNamespace* inner = into != nullptr ? reader_.user_namespace(into->user_namespace) : nullptr;
    if (outer == nullptr || inner == nullptr || inner->level != outer->level + 1)
        return;
    if (makers_.size() >= max_namespaces && !makers_.contains(inner->inode)) {
        limits_reached_ = true;
        return;
    }
    makers_.insert_or_assign(inner->inode, before);
}

CredentialId NamespaceMakers::maker(NamespaceId made) const {
    const UserNamespace* inner = reader_.user_namespace(made);
    const auto known = inner != nullptr ? makers_.find(inner->inode) : makers_.end();
    return known != makers_.end() ? known->second : CredentialId();
}

}  // namespace caprec
