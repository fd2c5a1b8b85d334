// SPDX-License-Identifier: Apache-2.0
#include "analyzer/diff.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/emit/change_text.h"
#include "analyzer/emit/diff_formats.h"
#include "analyzer/emit/escape.h"
#include "analyzer/options.h"

namespace caprec {
namespace {

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

// For a format without text: what the others say about the traces as a whole.
void tell_remarks(const DiffView& view, std::ostream& err) {
    for (const Remark& remark : remarks(view))
        err << (remark.incomplete ? "INCOMPLETE: " : "capanalyze: ") << remark.text << '\n';
}

}  // namespace

int run_diff(const std::vector<std::string>& arguments, Streams& streams) {
    const DiffOptions options = parse_diff_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    CountedStacks counted_before, counted_after;
    AnalysisWish wish{
        .user_stacks = true, .callers_only = !options.format->whole_stacks && !options.verbose, .by_program = true};
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

}  // namespace caprec
