// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/events/event_line.h"
#include "analyzer/export/parts/check_table.h"
#include "analyzer/words/clock_text.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

// The outcome in one word, whatever the value.
std::string outcome_of(const AnnotatedCheck& check) {
    if (check.outcome == NoOutcome::known)
        return check.error() ? "error" : "ok";
    return check.outcome == NoOutcome::no_syscall ? "no_syscall" : outcome_word(check);
}

void audit(const TableRow& row, Cell& cell) {
    const std::string_view text = audit_text(row.check);
    text == "?" ? cell.null() : cell.boolean(text == "1");
}

void value(const TableRow& row, Cell& cell) {
    row.check.outcome == NoOutcome::known ? cell.signed_number(row.check.value) : cell.null();
}

void error(const TableRow& row, Cell& cell) {
    const std::optional<int> error = row.check.error();
    error ? cell.text(errno_name(*error)) : cell.null();
}

constexpr TableColumn table[] = {
    {"run_id", [](const TableRow& row, Cell& cell) { cell.text(row.run_id); }},
    {"host", [](const TableRow& row, Cell& cell) { cell.bytes(row.header.host_name); }},
    {"kernel", [](const TableRow& row, Cell& cell) { cell.bytes(row.header.kernel_release); }},
    {"machine", [](const TableRow& row, Cell& cell) { cell.bytes(row.header.machine); }},
    {"command", [](const TableRow& row, Cell& cell) { cell.bytes(row.command); }},
    {"time_utc", [](const TableRow& row, Cell& cell) { cell.text(utc_text(row.header.start, row.check.row.time)); }},
    {"monotonic_ns", [](const TableRow& row, Cell& cell) { cell.number(row.check.row.time); }},
    {"seq",
     [](const TableRow& row, Cell& cell) { row.check.from_summary ? cell.null() : cell.number(row.check.row.order); }},
    {"process", [](const TableRow& row, Cell& cell) { cell.id(row.check.process); }},
    {"thread", [](const TableRow& row, Cell& cell) { cell.id(row.check.row.thread); }},
    {"pid", [](const TableRow& row, Cell& cell) { cell.id(row.check.tgid); }},
    {"tid", [](const TableRow& row, Cell& cell) { cell.id(row.check.tid); }},
    {"comm", [](const TableRow& row, Cell& cell) { cell.bytes(row.check.comm); }},
    {"image", [](const TableRow& row, Cell& cell) { cell.bytes(image_label(row.check.image)); }},
    {"uid", [](const TableRow& row, Cell& cell) { row.check.uid ? cell.number(*row.check.uid) : cell.null(); }},
    {"capability", [](const TableRow& row,
                      Cell& cell) { cell.text(capability_name(static_cast<unsigned>(row.check.row.capability))); }},
    {"granted", [](const TableRow& row, Cell& cell) { cell.boolean(row.check.row.granted()); }},
    {"audit", audit},
    {"verdict", [](const TableRow& row, Cell& cell) { cell.text(verdict_name(row.check.verdict)); }},
    {"rule", [](const TableRow& row, Cell& cell) { cell.text(row.check.rule); }},
    {"by_syscall", [](const TableRow& row, Cell& cell) { cell.boolean(row.check.judgement.by_syscall); }},
    {"phase", [](const TableRow& row, Cell& cell) { cell.text(phase_name(row.check.phase)); }},
    {"syscall", [](const TableRow& row, Cell& cell) { cell.text(row.syscall); }},
    {"object", [](const TableRow& row, Cell& cell) { cell.bytes(row.object); }},
    {"object_truncated", [](const TableRow& row, Cell& cell) { cell.boolean(row.object_truncated); }},
    {"outcome", [](const TableRow& row, Cell& cell) { cell.text(outcome_of(row.check)); }},
    {"value", value},
    {"errno", error},
    {"site", [](const TableRow& row, Cell& cell) { cell.bytes(row.check.site); }},
    {"checks", [](const TableRow& row, Cell& cell) { cell.number(row.check.count); }},
    {"from_summary", [](const TableRow& row, Cell& cell) { cell.boolean(row.check.from_summary); }},
    {"caller_function", [](const TableRow& row, Cell& cell) { cell.bytes(row.user.function); }},
    {"caller_file", [](const TableRow& row, Cell& cell) { cell.bytes(row.user.file); }},
    {"caller_line", [](const TableRow& row, Cell& cell) { cell.id(row.user.line); }},
    {"caller_module", [](const TableRow& row, Cell& cell) { cell.bytes(row.user.module); }},
    {"user_stack", [](const TableRow& row, Cell& cell) { cell.text(row.user.frames); }},
    {"kernel_stack", [](const TableRow& row, Cell& cell) { cell.text(row.kernel.frames); }},
};

}  // namespace

std::span<const TableColumn> table_columns() { return table; }

}  // namespace caprec
