// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "analyzer/containers/id_hash.h"
#include "schema/trace_reader.h"

namespace caprec {

// The credential that a user namespace was made with: the kernel remembers what it held until uid 0 is mapped.
class NamespaceMakers {
public:
    static constexpr std::size_t max_namespaces = 1u << 14;

    explicit NamespaceMakers(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    // A task had the first credential, and it or its child now has the second one.  Not for a task that joins a
    // namespace by setns.
    void on(CredentialId before, CredentialId after);

    CredentialId maker(NamespaceId made) const;  // none: not known

    bool limits_reached() const { return limits_reached_; }

private:
    const TraceReader& reader_;
    std::unordered_map<std::uint64_t, CredentialId, IdHash> makers_;  // by inode; a reused inode replaces the entry
    bool limits_reached_ = false;
};

}  // namespace caprec
