// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <tuple>

#include "schema/string_arena.h"
#include "schema/trace.capnp.h"
#include "schema/trace_reader.h"
#include "schema/trace_tables.h"

namespace caprec {

// The definitions that were read so far.  The results of find() and string() stay valid as long as the store.
class TableStore {
public:
    explicit TableStore(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    // Takes over one chunk of definitions.  Returns what is wrong with it, or nothing; the entries before a fault are
    // kept.
    std::string add(format::Tables::Reader tables);

    std::string_view string(StringId id) const {
        const std::uint64_t place = id.value() - 1;
        return place < strings_.size() ? strings_[place] : std::string_view();
    }

    template <class Entry> const Entry* find(Id<Entry> id) const {
        const auto& entries = std::get<std::deque<Entry>>(tables_);
        const std::uint64_t place = id.value() - 1;
        return place < entries.size() ? &entries[place] : nullptr;
    }

    void count(TraceReader::Statistics& into) const;

private:
    template <class List, class Entry>
    std::string take_all(const char* name, std::uint64_t first, List list, std::deque<Entry>& into);
    std::string take_strings(format::Tables::Reader tables);
    bool charge(std::size_t bytes);

    std::size_t max_bytes_, bytes_ = 0;
    StringArena arena_;
    std::deque<std::string_view> strings_;  // no vector: growth must not double what a hostile trace may take
    std::tuple<std::deque<UserNamespace>, std::deque<Credential>, std::deque<Object>, std::deque<Module>,
               std::deque<Frame>, std::deque<KernelStack>, std::deque<UserStack>>
        tables_;
};

}  // namespace caprec
