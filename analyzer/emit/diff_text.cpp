// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "analyzer/emit/change_text.h"
#include "analyzer/emit/clock_text.h"
#include "analyzer/emit/diff.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/reason_text.h"
#include "analyzer/emit/run_text.h"

namespace caprec {
namespace {

constexpr std::size_t command_columns = 120, shown_files = 8;

class DiffText {
public:
    DiffText(const DiffView& view, const TextStyle& style, std::ostream& out) : view_(view), style_(style), out_(out) {}

    void write() {
        write_incomplete("the old trace", view_.before);
        write_incomplete("the new trace", view_.after);
        write_run("old", view_.before);
        write_run("new", view_.after);
        write_versions();
        write_answer();
        for (const Change& change : view_.diff.changes) {
            if (shown(change))
                write_change(change);
        }
        if (const std::size_t hidden = count([&](const Change& change) { return !shown(change); }); hidden != 0)
            out_ << "\nNot shown: " << counted(hidden, "change") << " in what is asked and not needed (-v)\n";
    }

private:
    bool shown(const Change& change) const { return style_.verbose || !is_minor(change.kind); }

    template <class Predicate> std::size_t count(Predicate predicate) const {
        return static_cast<std::size_t>(std::ranges::count_if(view_.diff.changes, predicate));
    }

    void write_incomplete(const char* which, const Analysis& analysis) {
        if (!analysis.completeness.complete)
            out_ << which << ":\n" << incomplete_text(analysis.completeness, style_) << '\n';
    }

    void write_run(const char* which, const Analysis& analysis) {
        const RunHeader& header = analysis.run.header;
        out_ << which << "  " << painted(style_, Tone::strong, shorten(shell_command(header.command), command_columns))
             << "\n     on " << escape(header.host_name) << " (Linux " << escape(header.kernel_release) << ' '
             << escape(header.machine) << "), " << date_text(local_time(header.start, header.start.monotonic)) << "; "
             << target_text(analysis.run) << "; " << counted(analysis.run.checks, "check") << '\n';
    }

    void write_versions() {
        if (view_.diff.kernel_changed)
            out_ << "     the kernel changed\n";
        const std::vector<ChangedFile>& files = view_.diff.files;
        const std::size_t most = style_.verbose ? files.size() : std::min(files.size(), shown_files);
        for (std::size_t i = 0; i < most; ++i)
            out_ << "     changed: " << file_text(files[i]) << '\n';
        if (most < files.size())
            out_ << "     and " << counted(files.size() - most, "more changed file") << " (-v)\n";
        out_ << '\n';
    }

    void write_answer() {
        const std::size_t regressions = count(&Change::regression);
        const std::size_t others = count([&](const Change& change) { return !change.regression && shown(change); });
        if (regressions != 0)
            out_ << painted(style_, Tone::bad,
                            "REGRESSION: " + counted(regressions, "change needs", "changes need") + " more than before")
                 << (others != 0 ? "; " + counted(others, "other change") : "") << '\n';
        else if (others != 0)
            out_ << painted(style_, Tone::good, "No regression") << "; " << counted(others, "other change") << '\n';
        else
            out_ << painted(style_, Tone::good, "No change") << " in what " << counted(view_.diff.programs, "program")
                 << (view_.diff.programs == 1 ? " needs\n" : " need\n");
    }

    void write_change(const Change& change) {
        out_ << '\n'
             << painted(style_, change.regression ? Tone::bad : Tone::strong,
                        program_text(change) + ' ' + headline(change))
             << "\n          " << states_text(change) << '\n';
        if (!change.reason)
            return;
        if (change.reason->any_of.members().size() > 1)
            out_ << "          one of " << any_of_text(change.reason->any_of) << '\n';
        write_reason(*change.reason, change.reason_is_old ? "before: " : "", nullptr, style_, out_);
        for (const ChangedFile* file : changed_files_of(view_.diff, change))
            out_ << "          in " << (file->path == change.image ? "a program" : "a library")
                 << " that changed: " << file_text(*file) << '\n';
    }

    const DiffView& view_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void diff_text(const DiffView& view, const TextStyle& style, std::ostream& out) { DiffText(view, style, out).write(); }

}  // namespace caprec
