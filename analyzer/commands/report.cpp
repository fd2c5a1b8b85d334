// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/emit/json.h"
#include "analyzer/emit/text.h"
#include "analyzer/emit/why.h"
#include "analyzer/options.h"

namespace caprec {
namespace {

int print_help(const CommonOptions& options, Streams& streams) {
    streams.out << *options.help;
    return exit_fine;
}

}  // namespace

int run_report(const std::vector<std::string>& arguments, Streams& streams) {
    const ReportOptions options = parse_report_options(arguments);
    if (options.help)
        return print_help(options, streams);
    const Analysis analysis =
        analyze_file(options, {.user_stacks = true, .callers_only = !options.json && !options.verbose});
    if (options.json)
        report_json(analysis, streams.out);
    else
        report_text(analysis, {streams.color, options.verbose, options.file}, streams.out);
    return exit_fine;
}

int run_tree(const std::vector<std::string>& arguments, Streams& streams) {
    const TreeOptions options = parse_tree_options(arguments);
    if (options.help)
        return print_help(options, streams);
    const Analysis analysis = analyze_file(options);
    if (options.json)
        tree_json(analysis, streams.out);
    else
        tree_text(analysis, {streams.color, options.verbose, options.file}, streams.out);
    return exit_fine;
}

int run_why(const std::vector<std::string>& arguments, Streams& streams) {
    constexpr std::size_t all_reasons = 1U << 12;
    const WhyOptions options = parse_why_options(arguments);
    if (options.help)
        return print_help(options, streams);
    const Analysis analysis = analyze_file(options, {.reasons = all_reasons, .user_stacks = true});
    if (options.json)
        why_json(analysis, options.capability, streams.out);
    else
        why_text(analysis, options.capability, {streams.color, false, options.file}, streams.out);
    return exit_fine;
}

}  // namespace caprec
