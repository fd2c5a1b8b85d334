// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/emit/compare/change_text.h"
#include "analyzer/emit/compare/diff.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "analyzer/words/clock_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t command_columns = 120, shown_files = 8;

class DiffText {
public:
    DiffText(const DiffView& view, const TextStyle& style, std::ostream& out)
        : view_(view), style_(style), out_(out), shown_(shown_changes(view, style.verbose)) {}

    void write() {
        write_remarks(true);
        write_run("old", view_.before);
        write_run("new", view_.after);
        write_versions();
        write_answer();
        for (const Change* change : shown_)
            write_change(*change);
        if (const std::size_t hidden = view_.diff.changes.size() - shown_.size(); hidden != 0)
            out_ << "\nNot shown: " << counted(hidden, "change") << " in what is asked and not needed (-v)\n";
        write_remarks(false);
    }

private:
    // Remarks on what is incomplete come before everything else, notes come at the end.
    void write_remarks(bool incomplete) {
        const char* const heading = incomplete ? "INCOMPLETE: " : "Note: ";
        const std::size_t indent = std::string_view(heading).size();
        bool any = false;
        for (const Remark& remark : remarks(view_)) {
            if (remark.incomplete != incomplete)
                continue;
            out_ << (!incomplete && !any ? "\n" : "") << painted(style_, incomplete ? Tone::bad : Tone::plain, heading)
                 << wrapped(remark.text, indent, indent, screen_columns) << '\n';
            any = true;
        }
        if (incomplete && any)
            out_ << '\n';
    }

    void write_run(const char* which, const Analysis& analysis) {
        const RunHeader& header = analysis.run.header;
        out_ << which << "  " << painted(style_, Tone::strong, shorten(command_text(analysis.run), command_columns))
             << "\n     on " << host_text(analysis.run) << ", "
             << date_text(local_time(header.start, header.start.monotonic)) << "; " << target_text(analysis.run) << "; "
             << counted(analysis.run.checks, "check") << '\n';
        if (const std::string filter = filter_text(analysis.run); !filter.empty())
            out_ << "     " << filter << '\n';
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
        const auto regressions = static_cast<std::size_t>(std::ranges::count_if(shown_, &Change::regression));
        const std::size_t others = shown_.size() - regressions;
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
             << "\n          " << standings_text(change) << '\n';
        if (change.reason) {
            if (change.reason->any_of.members().size() > 1)
                out_ << "          one of " << any_of_text(change.reason->any_of) << '\n';
            write_reason(*change.reason, change.reason_is_old ? "before: " : "", nullptr, style_, out_);
        }
        if (const std::string version = version_text(change); !version.empty())
            out_ << "          " << version << '\n';
        for (const ChangedFile* file : changed_libraries(view_.diff, change))
            out_ << "          through a library that changed: " << file_text(*file) << '\n';
    }

    const DiffView& view_;
    const TextStyle& style_;
    std::ostream& out_;
    const std::vector<const Change*> shown_;
};

}  // namespace

void diff_text(const DiffView& view, const TextStyle& style, std::ostream& out) { DiffText(view, style, out).write(); }

}  // namespace caprec
