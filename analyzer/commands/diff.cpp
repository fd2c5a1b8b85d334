// SPDX-License-Identifier: Apache-2.0
#include "analyzer/compare/diff.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/cli/named_rows.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/compare/change_text.h"
#include "analyzer/emit/compare/diff_formats.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    sysroot_option,
    debug_dir_option,
    CAPREC_FILTER_OPTIONS,
    {"format", Takes::one, "NAME", "how to write the result: see below"},
    {"allow-incomplete", Takes::nothing, "", "compare the traces even when one is incomplete"},
    {"verbose,v", Takes::nothing, "", "all changes, with the stacks of their reasons"},
};

struct DiffOptions : CommonOptions {  // `file`: the old trace
    std::string other_file;
    const DiffFormat* format = nullptr;  // never null
    bool verbose = false, allow_incomplete = false;
};

DiffOptions read(const Arguments& arguments) {
    DiffOptions options{arguments.common(), {}};
    const Arguments::Words& words = arguments.operands();
    if (words.size() != 2)
        arguments.fail("two traces, the old one first: capanalyze diff OLD NEW");
    if (words[0] == "-" && words[1] == "-")
        arguments.fail("only one of the traces can be standard input");
    options.file = arguments.file_name(words[0]);
    options.other_file = arguments.file_name(words[1]);
    options.format = format_of(arguments, diff_formats());
    options.verbose = arguments.has("verbose");
    options.allow_incomplete = arguments.has("allow-incomplete");
    return options;
}

// Whether the trace can be compared; what is wrong with it, if anything, goes to `err`.
bool is_comparable(const Analysis& analysis, const std::string& file, const DiffOptions& options, std::ostream& err) {
    if (never_ran(analysis.run)) {
        err << "capanalyze: " << escape(file) << ": the command could not be executed: there is nothing to compare\n";
        return false;
    }
    if (analysis.completeness.complete || options.allow_incomplete)
        return true;
    err << incomplete_text(analysis.completeness, {}) << "capanalyze: " << escape(file)
        << ": something may be missing, so it is not compared; record again, or use --allow-incomplete\n";
    return false;
}

// For a format without text, tells what the others say about the traces as a whole.
void tell_remarks(const DiffView& view, std::ostream& err) {
    for (const Remark& remark : remarks(view))
        err << (remark.incomplete ? "INCOMPLETE: " : "capanalyze: ") << remark.text << '\n';
}

int run(const Arguments& arguments, Streams& streams) {
    const DiffOptions options = read(arguments);
    const std::optional<CheckFilter> filter = filter_of(arguments);
    CountedStacks counted_before, counted_after;
    AnalysisWish wish{.user_stacks = true,
                      .calling_frames_only = !options.format->whole_stacks && !options.verbose,
                      .by_program = true};
    wish.filter = filter ? &*filter : nullptr;
    const bool counts = options.format->counts_stacks;
    wish.counted = counts ? &counted_before : nullptr;
    const Analysis before = analyze_file(options.file, options, wish);
    wish.counted = counts ? &counted_after : nullptr;
    const Analysis after = analyze_file(options.other_file, options, wish);
    const bool comparable = is_comparable(before, options.file, options, streams.err);
    if (!is_comparable(after, options.other_file, options, streams.err) || !comparable)
        return exit_failure;
    const Diff result = diff(before, after);
    const DiffView view{before, after, result, CAPREC_VERSION, &counted_before.stacks, &counted_after.stacks};
    options.format->write(view, {streams.color, options.verbose, {}}, streams.out);
    if (counts)
        tell_remarks(view, streams.err);
    tell_left_out(counted_before.left_out + counted_after.left_out, streams.err);
    return result.regression() ? exit_different : exit_fine;
}

std::string details() {
    return std::string(
               "A regression, for which the exit status is 1, is one of these:\n"
               "  a program newly needs a capability, or needs this one where one of several was enough,\n"
               "  it newly fails without one,\n"
               "  it is newly unknown whether it needs one.\n"
               "What is no longer needed, or is newly denied without harm, is shown, but is no regression.  -v also "
               "shows what\n"
               "only one of the runs asked for and neither needed.\n\n"
               "Exit status: 0 no regression; 1 regression; 2 wrong usage, an unreadable trace, or one too incomplete "
               "to "
               "answer.\n\n"
               "Formats:\n") +
           row_lines(diff_formats()) +
           "folded has one stack on each line (program, its functions, those of the kernel, the capability) and how "
           "many\n"
           "checks the old and the new run made there.  Counts vary from run to run: look at what is in one run only, "
           "and at\n"
           "large changes.\n"
           "\nExamples:\n"
           "  capanalyze diff released.cap candidate.cap\n"
           "  capanalyze diff --format github released.cap candidate.cap\n"
           "  capanalyze diff --json old.cap new.cap | jq '.added[].capability'\n"
           "  capanalyze diff --format folded old.cap new.cap | flamegraph.pl > changes.svg\n";
}

}  // namespace

const Command diff_command = {
    "diff",
    "what a new run needs more, or less, than an old one",
    "OLD-FILE NEW-FILE",
    "What the new run needs more, or less, than the old one, by program and capability.  Pids, counts, times and\n"
    "addresses are not compared.",
    option_rows,
    details,
    run};

}  // namespace caprec
