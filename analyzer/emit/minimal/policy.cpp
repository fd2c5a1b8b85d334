// SPDX-License-Identifier: Apache-2.0
//
// A policy for `capanalyze check`, in its own format (docs/policy.md), which the recorded run fits: it allows each
// program what it needed, and denies what was refused and made something fail.
#include <algorithm>
#include <iterator>

#include "analyzer/analysis/image_name.h"
#include "analyzer/analysis/minimal_set.h"
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

struct Line {
    const char* verb;
    std::string programs;  // the program in the words of the format
    unsigned capability;
    std::string why;
};

// In quotes nothing is a wildcard.
std::string path_word(const std::string& path) {
    const bool is_bare = path.starts_with('/') && std::ranges::all_of(path, [](char letter) {
                             return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                                    (letter >= '0' && letter <= '9') ||
                                    std::string_view("/._+-@:=%,~").find(letter) != std::string_view::npos;
                         });
    return is_bare ? path : quote(path);
}

std::string program_words(const std::string& image) {
    const ImageName name = parse_image(image);
    return std::string(name.place.other_root ? "other-root " : "") + (name.place.other_mounts ? "other-mounts " : "") +
           (name.place.unknown ? "unknown-place " : "") + path_word(std::string(name.path));
}

const Reason* reason_for(const Analysis& analysis, const Part& part, Split split, unsigned capability, bool missing) {
    const bool all = split != Split::image;
    for (std::size_t i = 0; i < analysis.need_reasons.size() && i < analysis.needs.size(); ++i) {
        const Need& need = analysis.needs[i];
        if ((all || need.image == part.name) && need.any_of.contains(capability) &&
            (need.missing && !need.once_given) == missing)
            return &analysis.need_reasons[i];
    }
    const CapabilityFinding* finding = find_finding(analysis, capability);
    if (finding == nullptr)
        return nullptr;
    for (const Reason& reason : finding->reasons) {
        const bool fits = missing ? reason.verdict == Verdict::missing : reason.verdict < Verdict::missing;
        if (fits && (all || reason.image == part.name))
            return &reason;
    }
    return nullptr;
}

std::string why_text(const FormatInput& input, const Part& part, unsigned capability, bool missing) {
    constexpr std::size_t object_columns = 60;
    const Reason* reason = reason_for(input.analysis, part, input.split, capability, missing);
    if (reason == nullptr && !missing)  // denied capabilities belong to the set, as the user wished
        reason = reason_for(input.analysis, part, input.split, capability, true);
    std::string why = reason != nullptr ? call_text(*reason, object_columns) : "";
    if (reason != nullptr && !reason->site.empty())
        why += " in " + escape(reason->site);
    const auto add = [&](const std::string& text) { why += (why.empty() ? "" : "; ") + text; };
    if (!missing && part.set.unclassified.contains(capability))
        add("uncertain: the recording does not tell whether it mattered");
    for (const Clause& clause : part.set.clauses)
        if (const CapabilitySet others = replacements(part.set, clause);
            !missing && clause.chosen == capability && !others.empty())
            add(any_of_text(others) + " would do as well");
    if (missing)
        add("was refused, and this failed");
    return why;
}

bool is_of(const Need& need, const FormatInput& input, const Part& part) {
    return input.split != Split::image || need.image == part.name;
}

// When the set gives a capability that was denied elsewhere, those needed along with it belong to the set, too.
Part with_once_given(const FormatInput& input, const Part& part) {
    if (input.split == Split::phase)
        return part;
    NeedFilter filter{.missing = input.include_missing};
    if (input.split == Split::image)
        filter.image = part.name;
    std::vector<Need> needs = select_needs(input.analysis.needs, filter);
    bool gives_missing = false;
    for (const Need& need : input.analysis.needs) {
        if (!is_of(need, input, part))
            continue;
        if (need.once_given && !input.include_missing)
            needs.push_back(need);
        gives_missing = gives_missing || (need.missing && !need.once_given && !need.look_up &&
                                          !(need.any_of & part.set.capabilities).empty());
    }
    return gives_missing ? Part{part.name, minimal_set(needs), part.left_out} : part;
}

// The capabilities whose denial made something fail, and which the set of the part does not make up for.
CapabilitySet denied_in(const FormatInput& input, const Part& part) {
    std::vector<Need> failed;
    std::ranges::copy_if(input.analysis.needs, std::back_inserter(failed), [&](const Need& need) {
        return need.missing && !need.look_up && !need.once_given && (need.any_of & part.set.capabilities).empty() &&
               is_of(need, input, part);
    });
    return minimal_set(failed).capabilities;
}

void add_lines(const FormatInput& input, const Part& part, std::vector<Line>& lines) {
    const std::string programs = input.split == Split::image ? program_words(part.name) : "*";
    for (const unsigned capability : part.set.capabilities.members())
        lines.push_back({"allow", programs, capability, why_text(input, part, capability, false)});
    for (const unsigned capability : denied_in(input, part).members())
        lines.push_back({"deny", programs, capability, why_text(input, part, capability, true)});
}

}  // namespace

void write_policy(const FormatInput& input, std::ostream& out) {
    constexpr std::size_t widest_path = 40, name_width = 22;
    write_comments(notes_on_set(input), CommentStyle::hash, out);
    std::vector<Line> lines;
    for (const Part& part : input.parts)
        add_lines(input, with_once_given(input, part), lines);
    std::size_t width = 0;
    for (const Line& line : lines)
        width = std::max(width, std::min(columns_of(line.programs), widest_path));
    out << "# capabilities policy 1\n";
    for (const Line& line : lines) {
        const std::string name = capability_name(line.capability);
        out << left_aligned(line.verb, 5) << "  " << left_aligned(line.programs, width) << "  "
            << (line.why.empty() ? name : left_aligned(name, name_width) + "  # " + line.why) << '\n';
    }
    if (lines.empty())
        out << "allow  *  none  # no program needed any\n";
}

}  // namespace caprec
