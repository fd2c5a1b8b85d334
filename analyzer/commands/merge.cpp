// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/output_file.h"
#include "analyzer/merge/merged_writer.h"
#include "analyzer/traces/merge_files.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    no_json_option,
    help_option,
    output_option,
};

void tell(const MergedFiles& merged, std::size_t files, std::uint64_t bytes, std::ostream& err) {
    for (const std::string& name : merged.not_executed)
        err << "capanalyze: " << escape(name) << ": left out: its command could not be executed\n";
    const auto incomplete = static_cast<std::size_t>(
        std::ranges::count_if(merged.merger.runs(), [](const auto& run) { return !run.problems.empty(); }));
    const std::size_t runs = merged.merger.runs().size();
    if (incomplete > 0 || merged.merger.limits_reached())
        err << "INCOMPLETE: something may be missing in " << incomplete << " of " << counted(runs, "run")
            << (merged.incomplete.empty() ? "" : ": " + names_text(merged.incomplete))
            << (merged.merger.limits_reached() ? "; more was merged than one trace can hold" : "") << '\n';
    err << "capanalyze: merged " << counted(files, "trace") << ": " << counted(runs, "run") << ", "
        << counted(merged.merger.kinds().size(), "kind") << " of check, " << with_commas(bytes) << " bytes\n";
}

int run(const Arguments& arguments, Streams& streams) {
    if (arguments.has("json"))
        arguments.fail("--json: merge writes a trace");
    Arguments::Words given;
    arguments.with_files(given);
    const std::string name = arguments.output("merge FILE... -o MERGED");
    const std::vector<std::string> files = trace_files(given);
    const MergedFiles merged = merge_files(files, Knowledge::built_in());
    if (merged.merger.runs().empty())
        throw Error("there is nothing to merge: no command could be executed");
    OutputFile output(name, {});  // it may be one of the inputs: all of them have been read
    TraceWriter writer(output);
    write_merged(merged.merger, "capanalyze " CAPREC_VERSION " merge", writer);
    output.finish();
    tell(merged, files.size(), writer.bytes_written(), streams.err);
    return exit_fine;
}

std::string details() {
    return "The result is a trace that report, minimal, why, stacks, diff, check, info, pack, merge and the folded, "
           "speedscope\n"
           "and pprof formats of export read.  It has no processes and no single checks.\n"
           "A run that is given twice counts once.  Each count of checks is the largest of any one run.  What is "
           "incomplete\n"
           "stays incomplete, and minimal, diff and check say so.\n\n"
           "Examples:\n"
           "  capanalyze merge runs/ -o all.cap\n"
           "  capanalyze merge all.cap tonight.cap -o all.cap\n"
           "  capanalyze all.cap                      what was needed in how many of the runs\n";
}

}  // namespace

const Command merge_command = {
    "merge",
    "many runs as one trace: what was needed in how many of them",
    "FILE | FOLDER ...",
    "One trace of many runs: each kind of check once, with an example, and the runs that made it.  The runs may come\n"
    "from different hosts and kernels.  A FOLDER stands for all *.cap below it; a FILE may be merged already.",
    option_rows,
    details,
    run};

}  // namespace caprec
