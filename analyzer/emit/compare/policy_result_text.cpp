// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "analyzer/emit/compare/policy_result.h"
#include "analyzer/emit/compare/policy_words.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/words/clock_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t indent = 10;

class PolicyResultText {
public:
    PolicyResultText(const PolicyResultView& view, const TextStyle& style, std::ostream& out)
        : view_(view), style_(style), out_(out) {}

    void write() {
        std::vector<Remark> known;
        add_remarks("the trace", view_.analysis, known);
        add_refusals("the trace", view_.analysis.others, nullptr, known);
        for (const Remark& remark : known)
            if (remark.incomplete)
                write_remark("INCOMPLETE: ", Tone::bad, remark.text);
        out_ << (view_.analysis.completeness.problems.empty() ? "" : "\n")
             << painted(style_, view_.result.fits() ? Tone::good : Tone::bad, answer_text(view_)) << '\n';
        for (const std::string& condition : conditions(view_))
            write_remark("Condition: ", Tone::warning, condition);
        write_sources();
        for (const PolicyFinding& finding : view_.result.findings)
            if (is_violation(finding.kind))
                write_finding(finding);
        write_notes();
        write_unused();
        for (const Remark& remark : known)
            if (!remark.incomplete)
                write_remark("\nNote: ", Tone::plain, remark.text);
    }

private:
    void write_remark(std::string_view heading, Tone tone, const std::string& text) {
        const std::size_t columns = heading.size() - (heading.starts_with('\n') ? 1 : 0);
        out_ << painted(style_, tone, heading) << wrapped(text, columns, columns, screen_columns) << '\n';
    }

    void write_sources() {
        constexpr std::size_t command_columns = 120;
        const RunHeader& header = view_.analysis.run.header;
        out_ << "\nrun     "
             << painted(style_, Tone::strong, shorten(command_text(view_.analysis.run), command_columns))
             << "\n        on " << host_text(view_.analysis.run) << ", "
             << date_text(local_time(header.start, header.start.monotonic)) << "; " << target_text(view_.analysis.run)
             << "; " << counted(view_.analysis.run.checks, "check") << '\n';
        if (const std::string filter = filter_text(view_.analysis.run); !filter.empty())
            out_ << "        " << filter << '\n';
        out_ << "policy  " << escape(view_.policy.file) << " (" << view_.policy.format << ")\n";
    }

    void write_finding(const PolicyFinding& finding) {
        const Tone tone = is_violation(finding.kind) ? Tone::bad : Tone::strong;
        out_ << '\n' << painted(style_, tone, headline(finding)) << '\n';
        if (const std::string closest = closest_text(view_, finding); !closest.empty())
            out_ << std::string(indent, ' ') << wrapped(closest, indent, indent, screen_columns) << '\n';
        if (finding.reason)
            write_reason(*finding.reason, "", nullptr, style_, out_);
    }

    void write_notes() {
        bool any = false;
        for (const PolicyFinding& finding : view_.result.findings) {
            if (is_violation(finding.kind))
                continue;
            out_ << (any ? "" : "\nNo violations, but to know\n");
            any = true;
            write_finding(finding);
        }
    }

    void write_unused() {
        if (view_.result.unused.empty())
            return;
        out_ << "\nAllowed and not used by this run: candidates to remove\n";
        for (const UnusedAllowance& unused : view_.result.unused) {
            const PolicyRule& rule = view_.policy.rules[unused.rule];
            out_ << "  "
                 << wrapped(place_text(rule.place) + "  " + escape(rule.words) + "  " + unused_text(view_, unused), 2,
                            indent, screen_columns)
                 << '\n';
        }
    }

    const PolicyResultView& view_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void policy_result_text(const PolicyResultView& view, const TextStyle& style, std::ostream& out) {
    PolicyResultText(view, style, out).write();
}

}  // namespace caprec
