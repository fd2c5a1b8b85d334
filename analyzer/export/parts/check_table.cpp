// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/check_table.h"

#include <limits>
#include <vector>

#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "analyzer/export/parts/folded.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/words/object_text.h"
#include "analyzer/words/syscall_text.h"
#include "schema/hex.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// Text that begins with one of these is a formula to a spreadsheet, in quotes or not.
constexpr std::string_view begins_formula = "=+-@";

// Frames that were not recorded have no text in a column.  Frames are taken from the innermost on, as long as there is
// room.
std::string stack_text(const std::vector<StackFrame>& frames) {
    if (frames.size() == 1 && frames.front().kind == FrameKind::not_recorded)
        return {};
    std::size_t bytes = 0, first = frames.size();
    while (first > 0 && bytes < CheckTable::max_stack_bytes)
        bytes += frames[--first].name.size();
    std::string text;
    for (; first < frames.size(); ++first)
        append_folded(text, frames[first]);
    return text;
}

}  // namespace

void Cell::number(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        null();
    else
        writer_.number(column_, static_cast<std::int64_t>(value));
}

void Cell::text(std::string_view printable) {
    if (printable.empty())
        null();
    else if (begins_formula.find(printable.front()) == std::string_view::npos)
        writer_.text(column_, printable);
    else
        writer_.text(column_, "\\x" + hex_of_bytes(printable.substr(0, 1)) + std::string(printable.substr(1)));
}

void Cell::bytes(std::string_view raw) {
    const std::string_view kept = raw.substr(0, CheckTable::max_text_bytes);
    text(is_plain_text(kept) ? kept : std::string_view(escape(kept)));
}

const UserStackTexts& CheckTable::user_stack(UserStackId id) {
    UserStackTexts& known = user_[id.value() % user_.size()];
    if (known.id == id)
        return known;
    known = {};
    known.id = id;
    if (user_stacks_ == nullptr)
        return known;
    known.frames = stack_text(frames_.frames(id, StackId()));
    if (const UserFrame* frame = calling_frame(user_stacks_->stack(id))) {
        known.function = frame->function;
        known.file = frame->file;
        known.line = frame->line;
        known.module = frame->module;
    }
    return known;
}

const KernelStackTexts& CheckTable::kernel_stack(StackId id) {
    KernelStackTexts& known = kernel_[id.value() % kernel_.size()];
    if (known.id != id)
        known = {id, stack_text(frames_.frames(UserStackId(), id))};
    return known;
}

void CheckTable::write(const AnnotatedCheck& check, RowWriter& writer) {
    const RunHeader& header = reader_.header();
    if (run_id_.empty()) {
        run_id_ = hex_of_bytes(header.run_id);
        command_ = shorten(recorded_text(header), max_command_columns);
    }
    const std::string syscall = syscall_text(check.row);
    const Object* object = reader_.object(check.row.object);
    const std::string object_bytes = object != nullptr ? object_text(*object, syscall) : std::string();
    const TableRow row{.check = check,
                       .header = header,
                       .run_id = run_id_,
                       .command = command_,
                       .syscall = syscall,
                       .object = object_bytes,
                       .object_truncated = object != nullptr && object->truncated,
                       .user = user_stack(check.user_stack),
                       .kernel = kernel_stack(check.stack)};
    writer.begin_row();
    for (const TableColumn& column : table_columns()) {
        Cell cell(writer, column.name);
        column.write(row, cell);
    }
    writer.end_row();
}

}  // namespace caprec
