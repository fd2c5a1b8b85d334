// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>

#include "analyzer/emit/call_text.h"
#include "analyzer/emit/clock_text.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/run_text.h"
#include "analyzer/emit/text.h"

namespace caprec {
namespace {

// What fits one screen; the verbose report has no limits.
constexpr std::size_t screen_columns = 100, command_columns = 300, object_columns = 60;
constexpr std::size_t shown_reasons = 3, shown_failures = 5, shown_noise = 8, shown_survivors = 5;
constexpr std::size_t why_indent = 10;
constexpr std::size_t name_width = 24, verdict_width = 13, count_width = 9;

class Report {
public:
    Report(const Analysis& analysis, const TextStyle& style, std::ostream& out)
        : analysis_(analysis), style_(style), out_(out) {}

    void write() {
        if (!analysis_.completeness.complete)
            out_ << incomplete_text(analysis_.completeness, style_) << '\n';
        write_run();
        write_answer();
        write_failures();
        write_capabilities();
        write_noise();
        write_survivors();
        write_notes();
        if (style_.verbose && !analysis_.processes.empty()) {
            out_ << "\nProcesses\n";
            process_tree_text(analysis_.processes, style_, out_);
        }
        write_next();
    }

private:
    std::size_t limit(std::size_t shown, std::size_t all) const { return style_.verbose ? all : std::min(shown, all); }
    std::size_t object_limit() const { return style_.verbose ? 4096 : object_columns; }

    void write_run() {
        const RunHeader& header = analysis_.run.header;
        const std::string command = header.command.empty() ? "(command not recorded)" : shell_command(header.command);
        out_ << painted(style_, Tone::strong, style_.verbose ? command : shorten(command, command_columns)) << '\n';
        out_ << "  on " << escape(header.host_name) << " (Linux " << escape(header.kernel_release) << ' '
             << escape(header.machine) << "), " << date_text(local_time(header.start, header.start.monotonic)) << ' '
             << utc_offset_text(header.start.utc_offset) << "; " << duration_text(recorded_time(analysis_.run)) << "; "
             << target_text(analysis_.run) << '\n';
        out_ << "  " << counted(analysis_.run.checks, "capability check") << " by "
             << counted(analysis_.run.processes, "process", "processes") << "; the trace is "
             << (analysis_.completeness.complete ? "complete" : "not complete") << "\n\n";
    }

    void write_answer() {
        const MinimalSet& minimal = analysis_.minimal;
        CapabilitySet missing;
        for (const CapabilityFinding& finding : analysis_.capabilities) {
            if (finding.verdict == Verdict::missing)
                missing.insert(finding.capability);
        }
        const char* none = never_ran(analysis_.run) ? "unknown: the command did not run"
                           : missing.empty()        ? "none: it needs no capability"
                                                    : "none that it had; it may need what is missing";
        out_ << painted(style_, Tone::strong,
                        analysis_.completeness.complete ? "Minimal set:" : "Minimal set of what was recorded:")
             << ' '
             << (minimal.capabilities.empty() ? none
                                              : painted(style_, Tone::good, capability_list(minimal.capabilities)))
             << '\n';
        for (const Clause& clause : minimal.clauses) {
            if (clause.any_of.size() < 2)
                continue;
            CapabilitySet others;
            for (const unsigned number : clause.any_of) {
                if (number != clause.chosen)
                    others.insert(number);
            }
            out_ << "  instead of " << capability_name(clause.chosen) << ", " << capability_list(others)
                 << " would do\n";
        }
        if (!minimal.unclassified.empty())
            out_ << painted(style_, Tone::warning, "Uncertain:  ") << ' ' << capability_list(minimal.unclassified)
                 << ": kept because no rule knows these checks\n";
        if (!missing.empty())
            out_ << painted(style_, Tone::bad, "Missing:    ") << ' ' << capability_list(missing)
                 << ": denied, and something failed for it\n";
    }

    void write_failures() {
        if (analysis_.failures.empty())
            return;
        out_ << "\nSyscalls that failed for a denied capability\n";
        const std::size_t count = limit(shown_failures, analysis_.failures.size());
        for (std::size_t at = 0; at < count; ++at) {
            const Reason& reason = analysis_.failures[at];
            write_reason(reason, capability_name(reason.capability) + "  ",
                         at == 0 ? nullptr : &analysis_.failures[at - 1]);
        }
        write_more(analysis_.failures.size() - count);
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
            out_ << left_aligned(capability_name(finding.capability), name_width)
                 << painted(style_, tone_of(finding.verdict),
                            left_aligned(verdict_text(finding.verdict), verdict_width))
                 << right_aligned(with_commas(finding.granted), count_width)
                 << right_aligned(with_commas(finding.denied), count_width) << '\n';
            write_reasons(finding);
        }
    }

    // Reasons for what is not needed are summed up as noise, and failures stand above.
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
            write_reason(reason, "", previous);
            previous = &reason;
            ++written;
        }
        if (written > 0)
            write_more(left_out);
    }

    void write_reason(const Reason& reason, const std::string& prefix, const Reason* previous) {
        out_ << right_aligned(with_commas(reason.count), 7) << "x  " << prefix << image_text(reason.image, reason.comm)
             << "  " << call_text(reason, object_limit());
        if (!reason.site.empty())
            out_ << "  in " << escape(reason.site);
        out_ << '\n';
        if (previous == nullptr || previous->rule != reason.rule || previous->why != reason.why)
            write_why(reason.why, reason.rule);
        if (style_.verbose) {
            for (const std::string& frame : reason.kernel_stack)
                out_ << "            " << escape(frame) << '\n';
        }
    }

    void write_why(const std::string& why, const std::string& rule) {
        const std::string text = wrapped(why + " [" + rule + ']', why_indent, why_indent, screen_columns);
        out_ << std::string(why_indent, ' ') << painted(style_, Tone::faint, text) << '\n';
    }

    void write_more(std::size_t left_out) {
        if (left_out > 0)
            out_ << "          and " << counted(left_out, "more reason") << (style_.verbose ? "\n" : " (-v)\n");
    }

    void write_noise() {
        if (analysis_.noise.empty())
            return;
        out_ << "\nLeft out, by rule\n";
        const std::size_t count = limit(shown_noise, analysis_.noise.size());
        for (std::size_t at = 0; at < count; ++at) {
            const NoiseLine& line = analysis_.noise[at];
            out_ << right_aligned(with_commas(line.count), 7) << "x  " << noise_names(line.capabilities) << '\n';
            write_why(line.why, line.rule);
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
        if (!analysis_.run.footer || analysis_.run.footer->survivor_count == 0)
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
        out_ << "\nMore: ";
        if (!style_.verbose)
            out_ << "capanalyze report -v " << file << "  all reasons, kernel stacks, processes\n      ";
        out_ << "capanalyze tree " << file << "       which process needed what\n"
             << "      capanalyze minimal " << file << "    the set alone, for scripts\n";
    }

    const Analysis& analysis_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void report_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    Report(analysis, style, out).write();
}

}  // namespace caprec
