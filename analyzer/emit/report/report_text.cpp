// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <ostream>
#include <utility>
#include <vector>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/inside_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/report/keeper_table.h"
#include "analyzer/emit/report/text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

// These fit one screen; the verbose report has no limits.
constexpr std::size_t shown_reasons = 3, shown_failures = 5, shown_noise = 8, shown_survivors = 5;
constexpr std::size_t name_width = 24, verdict_width = 13, count_width = 9;

class Report {
public:
    Report(const Analysis& analysis, const ReportParts& parts, const TextStyle& style, std::ostream& out)
        : analysis_(analysis), parts_(parts), style_(style), out_(out) {}

    void write() {
        if (!analysis_.completeness.complete)
            out_ << incomplete_text(analysis_.completeness, style_) << '\n';
        write_run(analysis_, style_, out_);
        keeper_table(analysis_, style_, out_);
        write_answer();
        write_parts();
        write_failures();
        write_capabilities();
        write_kept();
        write_drops();
        write_lookers();
        write_noise();
        write_survivors();
        write_notes();
        if (style_.verbose && !analysis_.processes.empty()) {
            out_ << "\nProcesses\n";
            process_tree_text(analysis_, style_, out_);
        }
        write_next();
    }

private:
    std::size_t limit(std::size_t shown, std::size_t all) const { return style_.verbose ? all : std::min(shown, all); }

    void write_answer() {
        const MinimalSet& minimal = analysis_.minimal;
        const std::string missing = missing_text(analysis_, minimal.capabilities);
        CapabilitySet elsewhere;  // in the set, and denied all the same
        for (const Reason& failure : analysis_.failures.reasons)
            elsewhere |= failure.any_of & minimal.capabilities;
        const char* none = never_ran(analysis_.run)           ? "unknown: the command did not run"
                           : !missing.empty()                 ? "none that it had; it may need what is missing"
                           : refused_calls()                  ? "none that it had; some calls were refused, see below"
                           : !analysis_.completeness.complete ? "none; what is not in the recording may need some"
                                                              : "none: it needs no capability";
        out_ << painted(style_, Tone::strong,
                        analysis_.completeness.complete ? "Minimal set:" : "Minimal set of what was recorded:")
             << ' '
             << (minimal.capabilities.empty() ? none
                                              : painted(style_, Tone::good, capability_list(minimal.capabilities)))
             << '\n';
        std::vector<std::pair<unsigned, std::uint64_t>> said;
        for (const Clause& clause : minimal.clauses) {
            const CapabilitySet others = replacements(minimal, clause);
            const std::pair saying(clause.chosen, others.bits());
            if (others.empty() || std::ranges::find(said, saying) != said.end())
                continue;
            said.push_back(saying);
            out_ << "  instead of " << capability_name(clause.chosen) << ", " << any_of_text(others) << " would do\n";
        }
        for (const Swap& swap : swaps(minimal))
            out_ << "  instead of " << capability_list(swap.instead_of) << ", " << capability_name(swap.capability)
                 << " alone would do\n";
        if (!minimal.unclassified.empty())
            out_ << painted(style_, Tone::warning, "Uncertain:  ") << ' ' << capability_list(minimal.unclassified)
                 << ": kept, as the recording does not tell whether it mattered\n";
        if (!missing.empty())
            out_ << painted(style_, Tone::bad, "Missing:    ") << ' ' << missing
                 << ": denied, and something failed for it\n";
        if (!elsewhere.empty())
            out_ << painted(style_, Tone::bad, "Also denied:") << ' ' << capability_list(elsewhere)
                 << ": where it was not held, or not any more, and something failed for it\n";
        write_inside();
    }

    void write_parts() {
        constexpr std::size_t widest_title = 40;
        if (parts_.parts.empty())
            return;
        std::size_t width = 0;
        for (const Part& part : parts_.parts)
            width = std::max(width, std::min(columns_of(title_of(part, parts_.split)), widest_title));
        out_ << "\nNeeded " << row_of(parts_.split).what << '\n';
        for (const Part& part : parts_.parts) {
            const CapabilitySet set = part.set.capabilities;
            out_ << "  " << left_aligned(title_of(part, parts_.split), width) << "  "
                 << (set.empty() ? "none" : painted(style_, Tone::good, capability_list(set))) << '\n';
        }
    }

    void write_inside() {
        const std::string text = inside_text(analysis_);
        if (text.empty())
            return;
        out_ << wrapped(text, 0, 2, screen_columns) << "\n  " << inside_advice(analysis_) << '\n';
        if (style_.verbose)
            write_list("Inside its own user namespace", {analysis_.inside.reasons, 0});
    }

    // Whether calls were denied and refused though no rule charges the capability: what the program needs is not known.
    bool refused_calls() const {
        return !analysis_.given_up.reasons.empty() ||
               std::ranges::any_of(analysis_.tolerated.reasons, [](const Reason& reason) {
                   return reason.rule != "denied-look-up" &&
                          (reason.error == EPERM || reason.error == EACCES || reason.inconclusive);
               });
    }

    void write_failures() {
        write_list("Syscalls that failed for a denied capability", analysis_.failures);
        write_list("Syscalls that were refused though the capability was granted", analysis_.refused);
        const auto [for_good, after_look] = by_look(analysis_.given_up);
        write_list("Refused after the program had given the capability up itself: no set mends that", for_good);
        write_list(
            "Refused after the program had looked what it holds, and left the capability out: given more, it may keep "
            "it",
            after_look);
        if (analysis_.minimal.capabilities.empty() || style_.verbose)
            write_list("Denied as well", analysis_.tolerated);
        write_refusals(analysis_.others, shown_failures, style_, out_);
    }

    // Splits the list: what programs gave up whatever they had, and what they may keep when they have more.
    static std::pair<ReasonList, ReasonList> by_look(const ReasonList& list) {
        std::pair<ReasonList, ReasonList> lists;
        for (const Reason& reason : list.reasons)
            (reason.rule == "denied-lost-after-look" ? lists.second : lists.first).reasons.push_back(reason);
        (lists.first.reasons.empty() ? lists.second : lists.first).more = list.more;
        return lists;
    }

    void write_list(const char* heading, const ReasonList& list) {
        const std::vector<Reason>& reasons = list.reasons;
        if (reasons.empty())
            return;
        out_ << '\n' << heading << '\n';
        const std::size_t count = limit(shown_failures, reasons.size());
        for (std::size_t at = 0; at < count; ++at) {
            const Reason& reason = reasons[at];
            write_reason(reason, any_of_text(reason.any_of) + "  ", at == 0 ? nullptr : &reasons[at - 1], style_, out_);
        }
        write_more(reasons.size() - count + list.more, style_, out_);
    }

    void write_capabilities() {
        if (analysis_.capabilities.empty()) {
            out_ << "\nNo capability was asked for.\n";
            return;
        }
        out_ << '\n'
             << left_aligned("CAPABILITY", name_width) << left_aligned("VERDICT", verdict_width)
             << right_aligned("GRANTED", count_width) << right_aligned("DENIED", count_width) << '\n';
        for (const CapabilityFinding& finding : analysis_.capabilities) {
            if (!style_.verbose && only_before_exec(finding))
                continue;
            out_ << left_aligned(capability_name(finding.capability), name_width)
                 << painted(style_, tone_of(finding.verdict),
                            left_aligned(verdict_text(finding.verdict), verdict_width))
                 << right_aligned(with_commas(finding.granted), count_width)
                 << right_aligned(with_commas(finding.denied), count_width) << in_runs(finding.runs)
                 << (finding.mixed ? "  mixed: needed here, denied there" : "")
                 << (finding.met_by.empty() ? "" : "  met by " + capability_list(finding.met_by)) << '\n';
            write_reasons(finding);
        }
    }

    std::string in_runs(std::size_t runs) const {
        const std::string seen = seen_text(runs, analysis_.run);
        return seen.empty() ? "" : "  " + seen;
    }

    // Whether only the recorder's own child asked: that is said below, with the noise.
    static bool only_before_exec(const CapabilityFinding& finding) {
        return finding.more_reasons == 0 && std::ranges::all_of(finding.reasons, &Reason::by_recorder);
    }

    // Reasons of verdict not_needed are summed up as noise, and failures are listed above.
    bool shown(const Reason& reason) const {
        return style_.verbose || (reason.verdict != Verdict::not_needed && reason.verdict != Verdict::missing);
    }

    void write_reasons(const CapabilityFinding& finding) {
        const Reason* previous = nullptr;
        std::size_t written = 0, left_out = finding.more_reasons;
        const std::size_t count = limit(shown_reasons, finding.reasons.size());
        for (const Reason& reason : finding.reasons) {
            if (!shown(reason))
                continue;
            if (written == count) {
                ++left_out;
                continue;
            }
            const bool one_of_several = reason.count == 0 && reason.any_of.size() > 1;
            write_reason(
                reason,
                asked_text(reason, finding.capability) + (one_of_several ? any_of_text(reason.any_of) + "  " : ""),
                previous, style_, out_);
            previous = &reason;
            ++written;
        }
        if (written > 0)
            write_more(left_out, style_, out_);
    }

    void write_kept() {
        constexpr std::size_t shown_kept = 3;
        if (analysis_.kept.empty())
            return;
        out_ << "\nKept by capset and not used: where a program asks for just these, capset fails without them\n";
        const std::size_t count = limit(shown_kept, analysis_.kept.size());
        for (std::size_t at = 0; at < count; ++at) {
            const std::string names = capability_list(analysis_.kept[at].capabilities);
            out_ << "  " << image_text(analysis_.kept[at].image, "") << "  "
                 << (style_.verbose ? names : shorten(names, screen_columns)) << '\n';
        }
        if (count < analysis_.kept.size())
            out_ << "  and " << counted(analysis_.kept.size() - count, "more program") << " (-v)\n";
    }

    void write_drops() {
        constexpr std::size_t shown_drops = 6;
        const std::vector<DropStep> steps = several_drops(analysis_);
        if (steps.empty())
            return;
        out_ << "\nGave up capabilities in several steps: startup lasts until the last one\n";
        const std::size_t count = limit(shown_drops, steps.size());
        for (std::size_t at = 0; at < count; ++at) {
            const std::string text = drop_text(steps[at]);
            out_ << "  " << (style_.verbose ? text : shorten(text, screen_columns)) << '\n';
        }
        if (count < steps.size())
            out_ << "  and " << counted(steps.size() - count, "more step") << " (-v)\n";
    }

    void write_lookers() {
        constexpr std::size_t shown_lookers = 5;
        if (analysis_.lookers.empty())
            return;
        out_ << "\nLooked at their own capabilities (capget): they may act otherwise with other ones\n";
        const std::size_t count = limit(shown_lookers, analysis_.lookers.size());
        for (std::size_t at = 0; at < count; ++at)
            out_ << "  " << image_text(analysis_.lookers[at], "") << '\n';
        if (count < analysis_.lookers.size())
            out_ << "  and " << counted(analysis_.lookers.size() - count, "more program") << " (-v)\n";
    }

    void write_noise() {
        if (analysis_.noise.empty())
            return;
        out_ << "\nLeft out, by rule\n";
        const std::size_t count = limit(shown_noise, analysis_.noise.size());
        for (std::size_t at = 0; at < count; ++at) {
            const NoiseLine& line = analysis_.noise[at];
            out_ << right_aligned(with_commas(line.count), 7) << "x  " << noise_names(line.capabilities) << '\n';
            write_why(line.why, line.rule, style_, out_);
        }
        if (count < analysis_.noise.size())
            out_ << "          and " << counted(analysis_.noise.size() - count, "more rule") << " (-v)\n";
    }

    std::string noise_names(CapabilitySet set) const {
        constexpr std::size_t shown_names = 3;
        const std::vector<unsigned> members = set.members();
        const std::size_t count = limit(shown_names, members.size());
        std::string text;
        for (std::size_t at = 0; at < count; ++at)
            text += (at == 0 ? "" : " ") + capability_name(members[at]);
        return count < members.size() ? text + " +" + std::to_string(members.size() - count) : text;
    }

    void write_survivors() {
        if (!analysis_.run.footer || survivors_note(analysis_.run).empty())
            return;
        const RunFooter& footer = *analysis_.run.footer;
        out_ << "\nStill running when the recording ended: " << counted(footer.survivor_count, "process", "processes");
        const std::size_t count = limit(shown_survivors, footer.survivors.size());
        for (std::size_t at = 0; at < count; ++at)
            out_ << (at == 0 ? ": " : ", ") << escape(footer.survivors[at].comm) << " (" << footer.survivors[at].tgid
                 << ')';
        out_ << (count < footer.survivor_count ? ", ...\n" : "\n")
             << "  What they asked for later is not here; caprec --wait records until the last one ends.\n";
    }

    void write_notes() {
        if (!analysis_.run.notes.empty())
            out_ << '\n';
        for (const std::string& note : analysis_.run.notes)
            out_ << "Note: " << wrapped(escape(note), 6, 6, screen_columns) << '\n';
    }

    void write_next() {
        if (style_.file.empty() || style_.file == "-")
            return;
        const std::string file = shell_word(style_.file);
        struct Hint {
            std::string command;
            const char* what;
        };
        std::vector<Hint> hints;
        if (!style_.verbose)
            hints.push_back({"report -v " + file, "all reasons, kernel stacks, processes"});
        if (analysis_.run.runs.empty())
            hints.push_back({"tree " + file, "which process needed what"});
        else
            hints.push_back({"info " + file, "the runs"});
        const auto example = std::ranges::find_if_not(analysis_.capabilities, only_before_exec);
        if (example != analysis_.capabilities.end())
            hints.push_back(
                {"why " + file + ' ' + capability_name(example->capability), "the whole story of one capability"});
        hints.push_back({"minimal --format systemd " + file, "the set, ready to paste; --help lists the formats"});
        std::size_t width = 0;
        for (const Hint& hint : hints)
            width = std::max(width, columns_of(hint.command));
        out_ << '\n';
        for (const Hint& hint : hints)
            out_ << (&hint == &hints.front() ? "More: capanalyze " : "      capanalyze ")
                 << left_aligned(hint.command, width + 2) << hint.what << '\n';
    }

    const Analysis& analysis_;
    const ReportParts& parts_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void report_text(const Analysis& analysis, const ReportParts& parts, const TextStyle& style, std::ostream& out) {
    Report(analysis, parts, style, out).write();
}

}  // namespace caprec
