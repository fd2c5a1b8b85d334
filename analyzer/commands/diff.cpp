// SPDX-License-Identifier: Apache-2.0
#include "analyzer/diff.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
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

}  // namespace

int run_diff(const std::vector<std::string>& arguments, Streams& streams) {
    const DiffOptions options = parse_diff_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const AnalysisWish wish{
        .user_stacks = true, .callers_only = !options.format->whole_stacks && !options.verbose, .by_program = true};
    const Analysis before = analyze_file(options.file, options, wish);
    const Analysis after = analyze_file(options.other_file, options, wish);
    const bool comparable = is_comparable(before, options.file, options, streams.err);
    if (!is_comparable(after, options.other_file, options, streams.err) || !comparable)
        return exit_failure;
    const Diff result = diff(before, after);
    options.format->write({before, after, result, CAPREC_VERSION}, {streams.color, options.verbose, {}}, streams.out);
    return result.regression() ? exit_different : exit_fine;
}

}  // namespace caprec
