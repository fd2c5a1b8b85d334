// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/command.h"
#include "analyzer/commands/input.h"
#include "analyzer/emit/json.h"
#include "analyzer/emit/text.h"
#include "analyzer/options.h"
#include "analyzer/pipeline.h"

namespace caprec {
namespace {

Analysis analyze_file(const std::string& file) {
    Input input(file);
    TraceReader reader(input);
    return naming(input, [&] { return analyze(reader, {.still_recording = [&] { return input.being_written(); }}); });
}

int print_help(const CommonOptions& options, Streams& streams) {
    streams.out << *options.help;
    return exit_fine;
}

}  // namespace

int run_report(const std::vector<std::string>& arguments, Streams& streams) {
    const ReportOptions options = parse_report_options(arguments);
    if (options.help)
        return print_help(options, streams);
    const Analysis analysis = analyze_file(options.file);
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
    const Analysis analysis = analyze_file(options.file);
    if (options.json)
        tree_json(analysis, streams.out);
    else
        tree_text(analysis, {streams.color, options.verbose, options.file}, streams.out);
    return exit_fine;
}

int run_minimal(const std::vector<std::string>& arguments, Streams& streams) {
    const MinimalOptions options = parse_minimal_options(arguments);
    if (options.help)
        return print_help(options, streams);
    const Analysis analysis = analyze_file(options.file);
    minimal_notes_text(analysis, {false, options.verbose, options.file}, streams.err);
    if (!analysis.completeness.complete && !options.allow_incomplete) {
        // Nothing on stdout: a script must not take a set that may be too small by accident.
        streams.err << "capanalyze: the set could be too small, so it is not printed; record again, or use "
                       "--allow-incomplete\n";
        return exit_failure;
    }
    if (never_ran(analysis.run)) {
        streams.err << "capanalyze: the command could not be executed, so nothing is known of what it needs\n";
        return exit_failure;
    }
    if (options.json)
        minimal_json(analysis, streams.out);
    else
        minimal_text(analysis, streams.out);
    return exit_fine;
}

}  // namespace caprec
