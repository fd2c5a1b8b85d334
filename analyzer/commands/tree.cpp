// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    CAPREC_FILTER_OPTIONS,
    {"verbose,v", Takes::nothing, "", "whole command lines, and thread counts"},
};

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    const std::optional<CheckFilter> filter = filter_of(arguments);
    const Analysis analysis = analyze_file(options, {.filter = filter ? &*filter : nullptr});
    if (options.json)
        tree_json(analysis, streams.out);
    else
        tree_text(analysis, {streams.color, arguments.has("verbose"), options.file}, streams.out);
    return exit_fine;
}

std::string details() {
    return "EXIT is the exit status, the signal that ended the process, \"alive\" at the end of the recording, or ? "
           "when it\n"
           "was not recorded.  [comm] is a process that never ran a program of its own.\n\n"
           "Examples:\n"
           "  capanalyze tree run.cap\n"
           "  capanalyze tree --json run.cap | jq '.processes[] | select(.denied != [])'\n";
}

}  // namespace

const Command tree_command = {
    "tree",      "the processes, and what each of them needed",
    "FILE",      "The processes with their commands, users and exit statuses, and what each of them needed.",
    option_rows, details,
    run};

}  // namespace caprec
