// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "analyzer/emit/clock_text.h"
#include "analyzer/emit/diff.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/reason_text.h"
#include "analyzer/emit/run_text.h"
#include "analyzer/symbols/file_finder.h"

namespace caprec {
namespace {

constexpr std::size_t command_columns = 120, shown_files = 8;

// "{" stands for the capability.
struct KindRow {
    const char* text;
    bool only_verbose;
};
// In the order of ChangeKind.
constexpr std::array<KindRow, 9> kind_rows = {{
    {"newly fails without {", false},
    {"newly needs {", false},
    {"needs { in another way", false},
    {"is newly denied {, and does without", false},
    {"no longer needs {", false},
    {"no longer fails without {", false},
    {"is no longer denied {", false},
    {"newly asks for {, and does not need it", true},
    {"no longer asks for {, which it did not need", true},
}};

const KindRow& row_of(ChangeKind kind) { return kind_rows.at(static_cast<std::size_t>(kind)); }

const char* state_text(NeedState state) {
    switch (state) {
        case NeedState::not_asked: return "never asked";
        case NeedState::not_needed: return "asked, not needed";
        case NeedState::tolerated: return "denied, did without";
        case NeedState::alternative: return "one of several needed";
        case NeedState::required: return "required";
        case NeedState::unclassified: return "not known whether needed";
        case NeedState::missing: return "denied, and something failed";
    }
    return "";
}

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
        write_hidden();
    }

private:
    bool shown(const Change& change) const { return style_.verbose || !row_of(change.kind).only_verbose; }

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
        const std::size_t count = style_.verbose ? files.size() : std::min(files.size(), shown_files);
        for (std::size_t i = 0; i < count; ++i)
            out_ << "     changed: " << file_text(files[i]) << '\n';
        if (count < files.size())
            out_ << "     and " << counted(files.size() - count, "more changed file") << " (-v)\n";
        out_ << '\n';
    }

    static std::string file_text(const ChangedFile& file) {
        return escape(file.path) + " (build id " + build_id_text(file.build_id_before) + " -> " +
               build_id_text(file.build_id_after) + ")";
    }

    void write_answer() {
        const std::vector<Change>& changes = view_.diff.changes;
        const auto regressions = std::ranges::count_if(changes, &Change::regression);
        const auto others =
            std::ranges::count_if(changes, [&](const Change& change) { return !change.regression && shown(change); });
        if (regressions != 0)
            out_ << painted(style_, Tone::bad,
                            "REGRESSION: " +
                                counted(static_cast<std::uint64_t>(regressions), "change needs", "changes need") +
                                " more than before")
                 << (others != 0 ? "; " + counted(static_cast<std::uint64_t>(others), "other change") : "") << '\n';
        else if (others != 0)
            out_ << painted(style_, Tone::good, "No regression") << "; "
                 << counted(static_cast<std::uint64_t>(others), "other change") << '\n';
        else
            out_ << painted(style_, Tone::good, "No change") << " in what " << counted(view_.diff.programs, "program")
                 << (view_.diff.programs == 1 ? " needs\n" : " need\n");
    }

    void write_change(const Change& change) {
        const std::string& image = change.image.empty() ? change.image_before : change.image;
        const bool unsure = change.kind == ChangeKind::newly_needed && change.after == NeedState::unclassified;
        std::string text = unsure ? "may newly need {" : row_of(change.kind).text;
        text.replace(text.find('{'), 1, capability_name(change.capability));
        const std::string name = image.empty() ? "(program not known)" : escape(image);
        out_ << '\n' << painted(style_, change.regression ? Tone::bad : Tone::strong, name + ' ' + text) << '\n';
        out_ << "          before: " << state_text(change.before);
        if (change.image_before.empty() && !change.image.empty())
            out_ << " (this program did not run)";
        else if (!change.image.empty() && change.image_before != change.image)
            out_ << " (as " << escape(change.image_before) << ')';
        out_ << "; now: " << state_text(change.after);
        if (change.image.empty() && !change.image_before.empty())
            out_ << " (this program did not run)";
        out_ << '\n';
        if (!change.reason)
            return;
        if (change.reason->any_of.members().size() > 1)
            out_ << "          one of " << any_of_text(change.reason->any_of) << '\n';
        write_reason(*change.reason, change.reason_is_old ? "before: " : "", nullptr, style_, out_);
        write_changed_files(change);
    }

    // Of those that the reason's calls lead through, and the program itself.
    void write_changed_files(const Change& change) {
        for (const ChangedFile& file : view_.diff.files) {
            const bool in_stack = std::ranges::any_of(
                change.reason->user_stack.frames, [&](const UserFrame& frame) { return frame.module == file.path; });
            if (file.path == change.image || in_stack)
                out_ << "          in " << (file.path == change.image ? "a program" : "a library")
                     << " that changed: " << file_text(file) << '\n';
        }
    }

    void write_hidden() {
        const auto hidden =
            std::ranges::count_if(view_.diff.changes, [&](const Change& change) { return !shown(change); });
        if (hidden != 0)
            out_ << "\nNot shown: " << counted(static_cast<std::uint64_t>(hidden), "change")
                 << " in what is asked and not needed (-v)\n";
    }

    const DiffView& view_;
    const TextStyle& style_;
    std::ostream& out_;
};

}  // namespace

void diff_text(const DiffView& view, const TextStyle& style, std::ostream& out) { DiffText(view, style, out).write(); }

}  // namespace caprec
