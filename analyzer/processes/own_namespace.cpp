// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/own_namespace.h"
#include "schema/capability_numbers.h"

namespace caprec {

bool in_own_namespace(CredentialId credential, const TraceReader& reader) {
    const Credential* known = reader.credential(credential);
    const UserNamespace* where = known != nullptr ? reader.user_namespace(known->user_namespace) : nullptr;
    const UserNamespace& home = reader.header().home_namespace;
    return where != nullptr && home.inode != 0 && where->level > home.level;
}

bool is_restricted(const Credential& credential) {
    constexpr CapabilitySet all((std::uint64_t{1} << (cap_audit_read + 1)) - 1);
    return !(all - credential.bounding).empty();
}

}  // namespace caprec
