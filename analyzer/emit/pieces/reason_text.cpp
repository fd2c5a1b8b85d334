// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/reason_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/analysis/risk.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "analyzer/words/clock_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t command_columns = 300, object_columns = 60, all_columns = 4096;
constexpr std::size_t why_indent = 10;

}  // namespace

void write_run(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    const RunHeader& header = analysis.run.header;
    const bool several = !analysis.run.runs.empty();
    const std::string command = command_text(analysis.run);
    out << painted(style, Tone::strong, style.verbose ? command : shorten(command, command_columns)) << '\n';
    out << "  on " << host_text(analysis.run) << ", " << date_text(local_time(header.start, header.start.monotonic))
        << ' ' << utc_offset_text(header.start.utc_offset) << (several ? " and later; " : "; ")
        << duration_text(recorded_time(analysis.run)) << (several ? " together; " : "; ") << target_text(analysis.run)
        << '\n';
    if (const std::string filter = filter_text(analysis.run); !filter.empty())
        out << "  " << wrapped(filter, 2, 4, screen_columns) << '\n';
    out << "  " << counted(analysis.run.checks, "capability check") << " by "
        << counted(analysis.run.processes, "process", "processes")
        << (several ? "; the traces are " : "; the trace is ")
        << (analysis.completeness.complete ? "complete" : "not complete")
        << (several ? "\n  counts below are those of one run at most\n\n" : "\n\n");
}

void write_reason(const Reason& reason, const std::string& prefix, const Reason* previous, const TextStyle& style,
                  std::ostream& out) {
    out << right_aligned(reason.count == 0 ? "not asked" : with_commas(reason.count) + 'x', 8) << "  " << prefix
        << image_text(reason.image, reason.comm) << keeper_note(reason.keeper) << "  "
        << call_text(reason, style.verbose ? all_columns : object_columns);
    if (!reason.site.empty())
        out << "  in " << escape(reason.site);
    if (reason.phase == Phase::after_drop)
        out << "  (after it gave up others)";
    out << '\n';
    const UserFrame* origin =
        style.verbose || reason.verdict == Verdict::not_needed ? nullptr : calling_frame(reason.user_stack);
    if (origin != nullptr)
        out << std::string(why_indent, ' ') << "from " << user_frame_text(*origin) << '\n';
    if (previous == nullptr || previous->rule != reason.rule || previous->why != reason.why)
        write_why(reason.why, reason.rule, style, out);
    if (style.verbose) {
        for (const std::string& frame : reason.kernel_stack)
            out << "            " << escape(frame) << '\n';
        write_user_stack(reason.user_stack, "            ", out);
    }
}

std::string keeper_note(const Keeper& keeper) {
    if (keeper.empty())
        return "";
    return " {" + (keeper.container.empty() ? escape(keeper.unit) : "container " + escape(container_label(keeper))) +
           '}';
}

std::string asked_text(const Reason& reason, unsigned told_of) {
    return reason.capability != told_of ? "asked for " + capability_name(reason.capability) + "  " : "";
}

void write_why(const std::string& why, const std::string& rule, const TextStyle& style, std::ostream& out) {
    const std::string text = wrapped(escape(why) + " [" + rule + ']', why_indent, why_indent, screen_columns);
    out << std::string(why_indent, ' ') << painted(style, Tone::faint, text) << '\n';
}

std::string any_of_text(CapabilitySet set) {
    std::vector<unsigned> members = set.members();
    std::ranges::sort(members, {}, [](unsigned number) { return std::pair(risk_of(number), preference(number)); });
    std::string text;
    for (const unsigned number : members)
        text += (text.empty() ? "" : " or ") + capability_name(number);
    return text;
}

std::string missing_text(const Analysis& analysis, CapabilitySet held) {
    const std::vector<Need> needs = select_needs(analysis.needs, {.missing = true});
    std::vector<std::uint64_t> clauses;
    for (const Reason& failure : analysis.failures.reasons) {  // the most telling ones come first
        const bool missing = (failure.any_of & held).empty() && std::ranges::any_of(needs, [&](const Need& need) {
                                 return need.missing && need.any_of == failure.any_of;
                             });
        if (missing && std::ranges::find(clauses, failure.any_of.bits()) == clauses.end())
            clauses.push_back(failure.any_of.bits());
    }
    for (const Need& need : needs) {
        const bool missing = need.missing && (need.any_of & held).empty();
        if (missing && std::ranges::find(clauses, need.any_of.bits()) == clauses.end())
            clauses.push_back(need.any_of.bits());
    }
    std::string text;
    for (const std::uint64_t clause : clauses) {
        const bool implied = std::ranges::any_of(
            clauses, [&](std::uint64_t other) { return other != clause && (other & ~clause) == 0; });
        if (!implied)
            text += (text.empty() ? "" : "; ") + any_of_text(CapabilitySet(clause));
    }
    return text;
}

std::string drop_text(const DropStep& step) {
    std::string text = image_text(step.image, "") + ", step " + std::to_string(step.number);
    text += step.call.empty() ? "" : ": " + escape(step.call);
    const CapabilitySet bounding = step.bounding - step.permitted;
    if (!step.permitted.empty())
        text += ", gave up " + capability_list(step.permitted);
    if (!bounding.empty())
        text += ", took out of its bounding set " + capability_list(bounding);
    return text;
}

void write_more(std::size_t left_out, const TextStyle& style, std::ostream& out) {
    if (left_out > 0)
        out << "          and " << counted(left_out, "more reason") << (style.verbose ? "\n" : " (-v)\n");
}

}  // namespace caprec
