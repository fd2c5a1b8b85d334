// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <unordered_map>

#include "analyzer/analysis/risk.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/emit/answers/why.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/inside_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "analyzer/emit/report/text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t shown_ancestors = 6, shown_refusals = 3, ancestor_columns = 60;

struct Section {
    const char* heading;
    bool (*holds)(const Reason&);
};
constexpr Section sections[] = {
    {"Where it decided", [](const Reason& r) { return r.verdict == Verdict::required; }},
    {"Where it, or another, decided", [](const Reason& r) { return r.verdict == Verdict::alternative; }},
    {"Where it was missing", [](const Reason& r) { return r.verdict == Verdict::missing; }},
    {"Where the recording does not tell", [](const Reason& r) { return r.verdict == Verdict::unclassified; }},
    {"Denied, but not counted as missing",
     [](const Reason& r) { return r.verdict == Verdict::not_needed && !r.granted && !r.inconclusive; }},
    {"Denied, and the recording does not tell what came of it",
     [](const Reason& r) { return r.verdict == Verdict::not_needed && !r.granted && r.inconclusive; }},
    {"Asked, but it did not decide", [](const Reason& r) { return r.verdict == Verdict::not_needed && r.granted; }},
};

class Why {
public:
    Why(const Analysis& analysis, unsigned capability, const TextStyle& style, std::ostream& out)
        : analysis_(analysis),
          capability_(capability),
          style_(style),
          out_(out),
          finding_(find_finding(analysis, capability)) {
        for (const Process& process : analysis.processes)
            processes_.emplace(process.id, &process);
    }

    void write() {
        if (!analysis_.completeness.complete)
            out_ << incomplete_text(analysis_.completeness, style_) << '\n';
        write_run(analysis_, style_, out_);
        const char* allows = risk_text(capability_);
        out_ << painted(style_, Tone::strong, capability_name(capability_)) << " (" << capability_ << "), "
             << risk_name(risk_of(capability_)) << " risk" << (*allows != '\0' ? std::string(": ") + allows : "")
             << '\n';
        write_answer();
        for (const Section& section : sections)
            write_section(section);
        if (finding_ != nullptr)
            write_more(finding_->more_reasons, {style_.color, true, {}}, out_);
        write_refusals(analysis_.others, shown_refusals, style_, out_);
        out_ << "\nMore: capanalyze explain " << capability_name(capability_)
             << "  every place in the kernel that asks for it\n";
    }

private:
    void write_answer() {
        out_ << "  " << wrapped(answer(), 2, 2, screen_columns) << '\n';
        if (finding_ != nullptr)
            out_ << "  asked " << counted(finding_->granted + finding_->denied, "time") << ": "
                 << with_commas(finding_->granted) << " granted, " << with_commas(finding_->denied) << " denied"
                 << (analysis_.run.runs.empty() ? "" : "; " + verdict_text(finding_->verdict) + ' ')
                 << seen_text(finding_->runs, analysis_.run)
                 << (finding_->mixed ? "; mixed: needed in one place, denied in another" : "") << '\n';
        for (const Clause& clause : analysis_.minimal.clauses)
            write_clause(clause);
        if (analysis_.inside.minimal.capabilities.contains(capability_))
            out_ << "  Inside its own user namespace: needed.  " << inside_advice(analysis_) << '\n';
        else if (analysis_.inside.missing.contains(capability_))
            out_ << "  Inside its own user namespace: missing; it was denied, and something failed for it.\n  "
                 << inside_advice(analysis_) << '\n';
    }

    std::string answer() const {
        const bool in_set = analysis_.minimal.capabilities.contains(capability_);
        if (in_set && analysis_.minimal.unclassified.contains(capability_))
            return "In the minimal set, to be on the safe side: the recording does not tell whether it mattered.";
        if (in_set)
            return "Needed: it is in the minimal set.";
        if (finding_ == nullptr)
            return "Never asked for in this recording.";
        switch (finding_->verdict) {
            case Verdict::required:
            case Verdict::alternative:
            case Verdict::unclassified:
                return "Not in the minimal set: " +
                       (finding_->met_by.empty()
                            ? "another capability, which is there, does as well."
                            : capability_list(finding_->met_by) + ", which is there, does as well.");
            case Verdict::missing:
                return "Missing: it was denied, and something failed for it.  A denial alone is no recommendation: the "
                       "program may do without.  minimal --include-missing adds it.";
            case Verdict::not_needed: break;
        }
        if (std::ranges::any_of(finding_->reasons, &Reason::inconclusive))
            return "Not in the minimal set: nothing shows that it is needed, but it was denied, and the recording does "
                   "not always tell what came of it.";
        return "Not needed: it was asked for, but it did not decide anything.";
    }

    void write_clause(const Clause& clause) {
        if (clause.any_of.size() < 2 || std::ranges::find(clause.any_of, capability_) == clause.any_of.end())
            return;
        out_ << "  one of them is needed: " << any_of_text(CapabilitySet::of(clause.any_of))
             << "; chosen: " << capability_name(clause.chosen) << '\n';
    }

    void write_section(const Section& section) {
        const Reason* previous = nullptr;
        if (finding_ == nullptr)
            return;
        for (const Reason& reason : finding_->reasons) {
            if (!section.holds(reason))
                continue;
            if (previous == nullptr)
                out_ << '\n' << painted(style_, Tone::strong, section.heading) << '\n';
            write_reason(reason, asked_text(reason, capability_), previous, {style_.color, false, {}}, out_);
            write_process(reason);
            // also where the call failed for it, though no set mends that
            if (reason.verdict != Verdict::not_needed || (!reason.granted && reason.error)) {
                for (const std::string& frame : reason.kernel_stack)
                    out_ << "            " << escape(frame) << '\n';
                write_user_stack(reason.user_stack, "            ", out_);
            }
            previous = &reason;
        }
    }

    // From the command down to the process of the example.
    void write_process(const Reason& reason) {
        std::vector<std::string> path;
        std::uint64_t id = reason.process;
        std::uint32_t tgid = 0;
        for (auto found = processes_.find(id); found != processes_.end() && path.size() <= shown_ancestors;
             found = processes_.find(id)) {
            const Process& process = *found->second;
            tgid = path.empty() ? process.tgid : tgid;
            path.push_back(process.argv.empty() ? image_text(process.image, process.comm)
                                                : shorten(shell_command(process.argv), ancestor_columns));
            id = process.parent;
        }
        if (path.empty())
            return;
        if (path.size() > shown_ancestors)
            path.back() = "...";
        std::string text;
        for (auto name = path.rbegin(); name != path.rend(); ++name)
            text += (text.empty() ? "" : " > ") + *name;
        out_ << "          by process " << tgid << ": " << wrapped(text, 24, 12, screen_columns) << '\n';
    }

    const Analysis& analysis_;
    unsigned capability_;
    const TextStyle& style_;
    std::ostream& out_;
    const CapabilityFinding* finding_;
    std::unordered_map<std::uint64_t, const Process*, IdHash> processes_;
};

}  // namespace

void why_text(const Analysis& analysis, unsigned capability, const TextStyle& style, std::ostream& out) {
    Why(analysis, capability, style, out).write();
}

}  // namespace caprec
