// SPDX-License-Identifier: Apache-2.0
#include "analyzer/merged_writer.h"

#include <algorithm>

#include "analyzer/commands/command.h"
#include "analyzer/commands/merge_files.h"
#include "analyzer/commands/output_file.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/options.h"
#include "schema/error.h"

namespace caprec {
namespace {

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

}  // namespace

int run_merge(const std::vector<std::string>& arguments, Streams& streams) {
    const MergeOptions options = parse_merge_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const std::vector<std::string> files = trace_files(options.files);
    const MergedFiles merged = merge_files(files, Knowledge::built_in());
    if (merged.merger.runs().empty())
        throw Error("there is nothing to merge: no command could be executed");
    OutputFile output(options.output, {});  // it may be one of the inputs: all of them have been read
    TraceWriter writer(output);
    write_merged(merged.merger, "capanalyze " CAPREC_VERSION " merge", writer);
    output.finish();
    tell(merged, files.size(), writer.bytes_written(), streams.err);
    return exit_fine;
}

}  // namespace caprec
