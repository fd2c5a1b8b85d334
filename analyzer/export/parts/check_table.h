// SPDX-License-Identifier: Apache-2.0
//
// Checks as rows of one flat table, for databases: the same columns and values in every format.  docs/tables.md is the
// reference of the columns; they are only added, at the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/export/parts/exporter.h"
#include "analyzer/follow/annotated_check.h"

namespace caprec {

// The writer of one format.  It is called for every row with its columns in their order.  A value that is not known or
// does not apply is null.
class RowWriter {
public:
    virtual ~RowWriter() = default;
    virtual void heading() {}  // before the first row
    virtual void begin_row() = 0;
    virtual void null(std::string_view column) = 0;
    virtual void boolean(std::string_view column, bool value) = 0;
    virtual void number(std::string_view column, std::int64_t value) = 0;
    // Text is never empty, and is escaped: printable, without line ends, and nothing that a spreadsheet calculates.
    virtual void text(std::string_view column, std::string_view printable) = 0;
    virtual void end_row() = 0;
};

// The value of one column in one row.
class Cell {
public:
    Cell(RowWriter& writer, std::string_view column) : writer_(writer), column_(column) {}

    void null() { writer_.null(column_); }
    void boolean(bool value) { writer_.boolean(column_, value); }
    // The number is null when it does not fit into 63 bits, which every database has: only a forged trace has such
    // numbers.
    void number(std::uint64_t value);
    void signed_number(std::int64_t value) { writer_.number(column_, value); }
    void id(std::uint64_t value) { value == 0 ? null() : number(value); }  // 0: not known
    void text(std::string_view printable);                                 // empty: null
    void bytes(std::string_view raw);                                      // raw bytes of the traced system

private:
    RowWriter& writer_;
    std::string_view column_;
};

// The texts of one stack in the columns, kept by its id, as neighbouring rows often have equal stacks.
struct UserStackTexts {
    UserStackId id{};
    std::string function, file, module;  // those of the frame where the program asked; raw
    std::uint32_t line = 0;
    std::string frames;  // printable; outermost first with semicolons between, as export --format folded has them
};
struct KernelStackTexts {
    StackId id{};
    std::string frames;
};

// The data that the columns of a row are taken from.
struct TableRow {
    const AnnotatedCheck& check;
    const RunHeader& header;
    std::string_view run_id, command, syscall, object;
    bool object_truncated = false;
    const UserStackTexts& user;
    const KernelStackTexts& kernel;
};

struct TableColumn {
    std::string_view name;
    void (*write)(const TableRow& row, Cell& cell);
};
std::span<const TableColumn> table_columns();

class CheckTable {
public:
    static constexpr std::size_t max_text_bytes = 4096, max_stack_bytes = 16'384, max_command_columns = 200;

    explicit CheckTable(const ExportTarget& target)
        : reader_(target.reader), user_stacks_(target.user_stacks), frames_(target.frames()) {}

    void write(const AnnotatedCheck& check, RowWriter& writer);

private:
    const UserStackTexts& user_stack(UserStackId id);
    const KernelStackTexts& kernel_stack(StackId id);

    const TraceReader& reader_;
    UserStacks* user_stacks_;
    CheckFrames frames_;
    std::string run_id_, command_;
    std::array<UserStackTexts, 64> user_;
    std::array<KernelStackTexts, 64> kernel_;
};

}  // namespace caprec
