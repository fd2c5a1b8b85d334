// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/notes.h"

#include <algorithm>
#include <iterator>

#include "analyzer/analysis/default_sets.h"
#include "analyzer/analysis/image_name.h"
#include "analyzer/analysis/minimal_set.h"
#include "analyzer/analysis/unread_files.h"
#include "analyzer/emit/notes/container_notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/inside_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t command_columns = 200, object_columns = 60, name_columns = 200, problem_columns = 300;

void add_problems(const Analysis& analysis, std::vector<Note>& notes) {
    if (analysis.completeness.complete)
        return;
    notes.push_back({"INCOMPLETE: this set may be too small, a part of the trace is missing:"});
    for (const std::string& problem : analysis.completeness.problems)
        notes.push_back({shorten(escape(problem), problem_columns), 2});
}

std::string subject(const FormatInput& input) {
    const bool command = input.analysis.run.header.scope == RecordingScope::command;
    std::string text = command ? "What this command needed" : "What was needed";
    if (input.split != Split::run)
        text += ", " + std::string(row_of(input.split).what);
    text += ": ";
    return text + shorten(command_text(input.analysis.run), command_columns);
}

void add_steps(const FormatInput& input, std::vector<Note>& notes) {
    if (input.split != Split::phase)
        return;
    const std::vector<DropStep> steps = several_drops(input.analysis);
    if (!steps.empty())
        notes.push_back({"The start lasts until the last of these steps:", 2});
    for (const DropStep& step : steps)
        notes.push_back({shorten(drop_text(step), problem_columns), 4});
}

// The strongest reason to have a capability, as the reasons are in that order.
const Reason* main_reason(const FormatInput& input, unsigned number) {
    const Analysis& analysis = input.analysis;
    if (input.inside) {
        const auto found = std::ranges::find_if(analysis.inside.reasons,
                                                [&](const Reason& reason) { return reason.any_of.contains(number); });
        return found != analysis.inside.reasons.end() ? &*found : nullptr;
    }
    const CapabilityFinding* finding = find_finding(analysis, number);
    if (finding != nullptr && !finding->reasons.empty() && finding->reasons.front().verdict != Verdict::not_needed)
        return &finding->reasons.front();
    for (const CapabilityFinding& other : analysis.capabilities) {  // this one stands for another that was asked for
        for (const Reason& reason : other.reasons)
            if (reason.verdict == Verdict::alternative && reason.any_of.contains(number))
                return &reason;
    }
    return nullptr;
}

void add_reasons(const FormatInput& input, CapabilitySet all, std::vector<Note>& notes) {
    if (all.empty())
        notes.push_back({missing_text(input.analysis, all).empty()
                             ? "It needed no capability."
                             : "It needed none that it had; it may need what is missing.",
                         2});
    for (const unsigned number : all.members()) {
        std::string text = capability_name(number);
        if (const Reason* reason = main_reason(input, number))
            text += ": " + shorten(image_text(reason->image, reason->comm), name_columns) + ", " +
                    call_text(*reason, object_columns);
        notes.push_back({text, 2});
    }
}

void add_doubts(const FormatInput& input, CapabilitySet all, std::vector<Note>& notes) {
    CapabilitySet unclassified;
    std::vector<std::string> alternatives;
    for (const Part& part : input.parts) {
        unclassified |= part.set.unclassified;
        for (const Clause& clause : part.set.clauses) {
            const CapabilitySet others = replacements(part.set, clause);
            const std::string text =
                "Instead of " + capability_name(clause.chosen) + ", " + any_of_text(others) + " would do.";
            if (!others.empty() && std::ranges::find(alternatives, text) == alternatives.end())
                alternatives.push_back(text);
        }
    }
    if (!unclassified.empty())
        notes.push_back({"Uncertain: " + capability_list(unclassified) +
                         ": in the set as the recording does not tell whether they mattered."});
    for (const std::string& text : alternatives)
        notes.push_back({text});

    const CapabilitySet included = missing_in(input.parts);
    const std::string missing = missing_text(input.analysis, all);
    if (!included.empty())
        notes.push_back({"Denied in this run, something failed for it, and therefore in the set: " +
                         capability_list(included) + ". What the command does with it was not seen."});
    if (const std::string left_out = left_out_text(input.parts); !left_out.empty())
        notes.push_back({"Denied in look-ups only, as along a PATH, while something else failed, and not in the set: " +
                         left_out + '.'});
    if (!missing.empty())
        notes.push_back({"Denied in this run, something failed for it, and not in the set: " + missing + '.'});
    for (const KeptNote& kept : input.analysis.kept)
        notes.push_back({"Kept by a capset of " + shorten(image_text(kept.image, ""), name_columns) +
                         " and not used: " + capability_list(kept.capabilities) +
                         ". If it asks for just these, it fails without them."});
    for (const std::string& image : input.analysis.lookers)
        notes.push_back({shorten(image_text(image, ""), name_columns) +
                         " looked at its own capabilities (capget): it may act otherwise with other ones."});
}

void add_inside(const FormatInput& input, std::vector<Note>& notes) {
    if (input.inside)
        notes.push_back(
            {"It ran in a user namespace of its own, with a set that was chosen for it: this is what it needs in "
             "there, and nothing that the host has to give."});
    else if (const std::string text = inside_text(input.analysis); !text.empty())
        notes.push_back({text + ". " + inside_advice(input.analysis)});
}

void add_comparison(CapabilitySet all, std::vector<Note>& notes) {
    if (all.empty())
        return;
    notes.push_back({"Compared with what container engines give by default:"});
    for (const DefaultSet& each : default_sets())
        notes.push_back({std::string(each.who) + ": " + compared(all, each) + '.', 2});
    switch (pod_security_level(all)) {
        case PodSecurity::restricted: notes.push_back({"Kubernetes: every Pod Security level admits it.", 2}); break;
        case PodSecurity::baseline:
            notes.push_back({"Kubernetes: Pod Security levels privileged and baseline admit it.", 2});
            break;
        case PodSecurity::privileged:
            notes.push_back({"Kubernetes: only Pod Security level privileged admits it.", 2});
            break;
    }
}

}  // namespace

std::vector<Note> notes_on_set(const FormatInput& input) {
    std::vector<Note> notes;
    const CapabilitySet all = union_of(input.parts);
    add_problems(input.analysis, notes);
    notes.push_back({subject(input)});
    if (!input.trace.empty())
        notes.push_back({"Made by capanalyze from the trace " + input.trace, 2});
    if (const std::string filter = filter_text(input.analysis.run); !filter.empty())
        notes.push_back({filter, 2});
    if (never_ran(input.analysis.run)) {
        notes.push_back({"The command could not be executed: this says nothing of what it needs.", 2});
        return notes;
    }
    add_steps(input, notes);
    add_reasons(input, all, notes);
    add_doubts(input, all, notes);
    add_inside(input, notes);
    if (std::string refused = refusal_note(input.analysis.others.calls); !refused.empty())
        notes.push_back({"Calls were " + refused + '.'});
    if (const std::string survivors = survivors_note(input.analysis.run); !survivors.empty())
        notes.push_back({"Perhaps too small: " + survivors + '.'});
    for (const std::string& unread : unread_file_notes(input.analysis.run))
        notes.push_back({"Perhaps too small: " + shorten(escape(unread), problem_columns) + '.'});
    add_comparison(all, notes);
    return notes;
}

std::vector<Note> notes_on_nameless(CapabilitySet set) {
    const CapabilitySet unnamed = nameless(set);
    if (unnamed.empty())
        return {};
    return {{"Left out below: " + capability_list(unnamed) +
             ": newer than this program, which does not know the name that has to be written."}};
}

std::string title_of(const Part& part, Split split) {
    if (split == Split::run)
        return {};
    if (part.name.empty())
        return std::string(row_of(split).unknown);
    if (split == Split::image)
        return escape(image_label(part.name));
    return escape(split == Split::container ? container_label(part.keeper) : part.name);
}

void append(std::vector<Note>& notes, std::vector<Note> more) { std::ranges::move(more, std::back_inserter(notes)); }

}  // namespace caprec
