// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>

#include "bpf/event.h"
#include "recorder/address_spaces.h"
#include "recorder/digest.h"
#include "schema/trace_tables.h"

namespace caprec {

// Turns raw memory into a stack that may be written: every word that is not a pointer into mapped code, or into the
// snapshot itself, is removed, and the pointers lose their addresses.  `memory` is the bytes after the event; `id_of`
// is called for each module that the stack points into.
using IdOf = std::function<ModuleId(UserModule&)>;
UserStack scrub(const ev_user_stack& event, std::span<const std::byte> memory, const AddressSpace& space,
                const IdOf& id_of);

// Scrubbed stacks, each defined once; equal chains of calls in one program are one stack.  The table is bounded: it
// forgets everything when too many are known.
class UserStackTable {
public:
    using Define = std::function<UserStackId(const UserStack&)>;
    explicit UserStackTable(Define define);

    UserStackId id(const UserStack& stack);

private:
    Digest digest(const UserStack& stack) const;

    Define define_;
    Digest seed_;
    std::unordered_map<Digest, UserStackId, Digest::Hash> known_;
};

}  // namespace caprec
