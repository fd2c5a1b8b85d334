// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/print_everything.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "analyzer/compare/diff.h"
#include "analyzer/emit/answers/why.h"
#include "analyzer/emit/compare/diff_formats.h"
#include "analyzer/emit/minimal/format.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"

namespace caprec {
namespace {

constexpr std::size_t printed_images = 3;

// A set has the members that its clauses chose, and each clause chose one of its own.
const MinimalSet& checked(const MinimalSet& set) {
    for (const Clause& clause : set.clauses)
        if (!set.capabilities.contains(clause.chosen) ||
            std::ranges::find(clause.any_of, clause.chosen) == clause.any_of.end())
            broken_promise();
    if ((set.unclassified.bits() & ~set.capabilities.bits()) != 0)
        broken_promise();
    return set;
}

Part part(const Analysis& analysis, std::string name, const NeedFilter& filter) {
    Part made = part_of(analysis, std::move(name), filter);
    checked(made.set);
    return made;
}

std::vector<Part> checked_parts(const Analysis& analysis, Split split, bool missing) {
    std::vector<Part> parts;
    if (split == Split::run)
        return {part(analysis, "", {.missing = missing})};
    if (split == Split::phase) {
        for (const Phase phase : {Phase::startup, Phase::after_drop})
            parts.push_back(part(analysis, phase_name(phase), {.phase = phase, .missing = missing}));
        return parts;
    }
    if (split != Split::image)
        return parts_of(analysis, split, missing);
    for (const Need& need : analysis.needs)
        if (parts.size() < printed_images && std::ranges::find(parts, need.image, &Part::name) == parts.end())
            parts.push_back(part(analysis, need.image, {.image = need.image, .missing = missing}));
    if (parts.empty())
        parts.push_back({"/bin/idle", {}});
    return parts;
}

void print_formats(const Analysis& analysis, std::ostream& out) {
    // These are not all six pairs, as missing capabilities are written in the same way for every split.
    constexpr std::pair<Split, bool> ways[] = {{Split::run, false},   {Split::run, true},   {Split::image, true},
                                               {Split::phase, false}, {Split::unit, false}, {Split::container, false},
                                               {Split::user, false}};
    for (const auto& [split, missing] : ways) {
        const FormatInput input{analysis, split, checked_parts(analysis, split, missing), missing, "run.cap"};
        set_notes_text(input, true, out);
        for (const Format& format : formats())
            format.write(input, out);
    }
}

void print_whys(const Analysis& analysis, std::ostream& out) {
    constexpr unsigned never_asked = 40;
    std::vector<unsigned> capabilities = {never_asked};
    for (const CapabilityFinding& finding : analysis.capabilities)
        if (capabilities.size() < 4)
            capabilities.push_back(finding.capability);
    for (const unsigned capability : capabilities) {
        why_text(analysis, capability, TextStyle{}, out);
        why_json(analysis, capability, out);
    }
}

}  // namespace

void broken_promise() { std::abort(); }

CleanOutput::Buffer::int_type CleanOutput::Buffer::overflow(int_type value) {
    const char letter = traits_type::to_char_type(value);
    return xsputn(&letter, 1) == 1 ? value : traits_type::eof();
}

std::streamsize CleanOutput::Buffer::xsputn(const char* text, std::streamsize size) {
    for (std::streamsize at = 0; at < size; ++at) {
        const auto letter = static_cast<unsigned char>(text[at]);
        const bool second_half = previous_ == 0xc2 && letter >= 0x80 && letter < 0xa0;
        if ((letter != '\n' && letter != '\t' && letter < 0x20) || letter == 0x7f || second_half)
            broken_promise();
        previous_ = letter;
    }
    return size;
}

// Compares a run with itself, which must show no change, and with an empty run, from which and to which everything is a
// change.
void print_diffs(const Analysis& analysis, std::ostream& out) {
    Analysis idle;
    idle.run = analysis.run;
    for (const bool is_new : {true, false}) {
        const Analysis &before = is_new ? idle : analysis, &after = is_new ? analysis : idle;
        const Diff result = diff(before, after);
        if (result.changes.size() < analysis.by_program.size())  // none is left out
            broken_promise();
        for (const DiffFormat& format : diff_formats())
            format.write({before, after, result}, {false, true, {}}, out);
    }
    if (!diff(analysis, analysis).changes.empty())
        broken_promise();
}

void print_everything(const Analysis& analysis) {
    CleanOutput out;
    checked(analysis.minimal);
    report_text(analysis, TextStyle{}, out);
    report_text(analysis, {false, true, "run.cap"}, out);
    tree_text(analysis, {false, true, {}}, out);
    report_json(analysis, out);
    tree_json(analysis, out);
    print_formats(analysis, out);
    print_whys(analysis, out);
    print_diffs(analysis, out);
    check_own_policy(analysis);
}

}  // namespace caprec
