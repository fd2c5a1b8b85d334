// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "schema/trace.capnp.h"
#include "schema/trace_tables.h"

namespace caprec {

// Definitions that have an id and are not in the file yet.
class TableBuffer {
public:
    // At this size the buffer should be written: with one more entry it still fits into a chunk.
    static constexpr std::size_t full_bytes = std::size_t{1} << 20;
    static constexpr std::size_t max_entry_bytes = std::size_t{1} << 20;

    // These return the id.  They throw Error for an entry that does not fit into a chunk.
    StringId add(std::string_view bytes);
    NamespaceId add(const UserNamespace& entry);
    CredentialId add(const Credential& entry);
    ObjectId add(const Object& entry);
    ModuleId add(const Module& entry);
    FrameId add(const Frame& entry);
    StackId add(const KernelStack& entry);
    UserStackId add(const UserStack& entry);

    std::size_t bytes() const { return bytes_; }  // rough size in a chunk, unpacked; 0: nothing to write

    void encode(format::Tables::Builder into) const;
    void clear();  // after encode(): ids are counted on

private:
    template <class Entry> struct Table {
        std::uint64_t first = 1;  // the id of entries[0]
        std::vector<Entry> entries;
    };

    template <class Space, class Entry, class Value>
    Id<Space> append(Table<Entry>& table, const Value& entry, std::size_t bytes);

    Table<std::string> strings_;
    Table<UserNamespace> namespaces_;
    Table<Credential> credentials_;
    Table<Object> objects_;
    Table<Module> modules_;
    Table<Frame> frames_;
    Table<KernelStack> stacks_;
    Table<UserStack> user_stacks_;
    std::size_t bytes_ = 0;
};

}  // namespace caprec
