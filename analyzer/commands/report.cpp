// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/split_option.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,      help_option,
    sysroot_option,   debug_dir_option,
    knowledge_option, CAPREC_FILTER_OPTIONS,
    per_option,       {"verbose,v", Takes::nothing, "", "all reasons, with their stacks, and the processes"},
};

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    const std::optional<CheckFilter> filter = filter_of(arguments);
    const Split split = split_of(arguments);
    const bool verbose = arguments.has("verbose");
    const Analysis analysis = analyze_file(options, {.user_stacks = true,
                                                     .calling_frames_only = !options.json && !verbose,
                                                     .by_keeper = is_by_keeper(split),
                                                     .by_user = split == Split::user,
                                                     .keeper_findings = true,
                                                     .filter = filter ? &*filter : nullptr});
    const ReportParts parts{split, split == Split::run ? std::vector<Part>() : parts_of(analysis, split, false)};
    if (options.json)
        report_json(analysis, parts, streams.out);
    else
        report_text(analysis, parts, {streams.color, verbose, options.file}, streams.out);
    return exit_fine;
}

std::string details() {
    return "Verdicts:\n"
           "  required      a check that decided: without the capability the syscall would have failed\n"
           "  alternative   one of several capabilities would do\n"
           "  missing       denied, and the syscall failed because of it\n"
           "  unclassified  granted, but the trace does not tell whether it mattered: kept in the set\n"
           "  not needed    asked for, but something else decided\n\n"
           "Examples:\n"
           "  capanalyze run.cap                      the same as capanalyze report run.cap\n"
           "  capanalyze --json run.cap | jq .minimal\n"
           "  ssh box caprec -o - -- ./job | capanalyze -\n";
}

}  // namespace

const Command report_command = {
    "report",    "what was needed and why (the default)",
    "FILE",      "What ran, which capabilities it needed and why, what failed, and what was left out as noise.",
    option_rows, details,
    run};

}  // namespace caprec
