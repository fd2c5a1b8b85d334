// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/symbols/unwind/cfi_table.h"
#include "analyzer/symbols/unwind/registers.h"
#include "analyzer/symbols/unwind/snapshot.h"
#include "schema/trace_tables.h"

namespace caprec {

enum class UnwindEnd : std::uint8_t {
    thread_start,      // the stack is whole
    nothing_recorded,  // a stack without an instruction pointer
    outside,           // the previous frame lies outside the snapshot
    no_information,    // the last frame's file is not there, or says nothing of this place
    no_code,           // the return address points to no code that was mapped
    contradiction,     // the file's information leads downwards, or into a circle
    too_deep,
};

struct CodePlace {
    ModuleId module{};
    std::uint64_t offset = 0;  // in the module's file
    bool exact = true;         // false: a return address; the call stands just before it

    // The place that names and lines are asked for.
    std::uint64_t lookup_offset() const { return offset - (exact || offset == 0 ? 0 : 1); }
    friend auto operator<=>(const CodePlace&, const CodePlace&) = default;
};

struct UnwoundStack {
    std::vector<CodePlace> frames;  // innermost first
    UnwindEnd end = UnwindEnd::nothing_recorded;
    bool frame_may_be_missing = false;  // the innermost function may have no frame that the frame pointer points to
};

// Walks recorded user stacks by the call frame information of their files, and by frame pointers where a file has none.
// Results for an address are kept: the files are asked once for each.
class Unwinder {
public:
    static constexpr std::size_t max_frames = 512;
    static constexpr std::size_t max_row_bytes = std::size_t{128} << 20;  // beyond this, it forgets all rows

    // Null when the module's file is not there.  It is called once for each row that is computed.
    using TableOf = std::function<CfiTable*(ModuleId module)>;
    explicit Unwinder(TableOf table_of) : table_of_(std::move(table_of)) {}

    void unwind(const UserStack& stack, UnwoundStack& into);

private:
    struct KnownRow {
        CfiTable::Found found = CfiTable::Found::nothing;
        CfiRow row;
    };
    struct RecentRow {
        std::uint64_t address = 0;
        const KnownRow* row = nullptr;
    };
    struct PreviousValue {
        std::uint8_t number;
        bool known;
        std::uint64_t value;
    };
    struct State {
        const RegisterLayout* layout = nullptr;
        RegisterSet registers;
        std::uint64_t pc = 0;
        bool exact = true;
    };

    void walk(const UserStack& stack, UnwoundStack& into);
    const KnownRow& row_at(std::uint64_t address, std::size_t registers);
    bool load(const UserStack& stack);
    // Steps to the previous frame.  When false, `end` says why there is none.
    bool step_by_row(const CfiRow& row, UnwindEnd& end);
    bool take_previous(const CfiRow& row, std::uint64_t cfa, std::uint64_t before);
    bool step_by_frame_pointer(UnwindEnd& end);
    Evaluation previous_value(const CfiRow& row, const RegisterRow& rule, std::uint64_t cfa,
                              std::uint64_t& value) const;
    Evaluation cfa_of(const CfiRow& row, std::uint64_t& cfa) const;

    TableOf table_of_;
    std::unordered_map<std::uint64_t, KnownRow, IdHash> rows_;
    std::size_t row_bytes_ = 0;
    std::vector<RecentRow> recent_ = std::vector<RecentRow>(8192);  // pointers into rows_
    std::vector<PreviousValue> previous_;
    Snapshot snapshot_;
    State state_;
};

}  // namespace caprec
