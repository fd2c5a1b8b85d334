// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "analyzer/analysis/container_view.h"
#include "analyzer/analysis/minimal_set.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/cli/named_rows.h"
#include "analyzer/commands/part_output.h"
#include "analyzer/commands/split_option.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/minimal/format.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/filter_options.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
    knowledge_option,
    CAPREC_FILTER_OPTIONS,
    {"format", Takes::one, "NAME", "for which program the set is written: see below"},
    per_option,
    {"include-missing", Takes::nothing, "",
     "add what was denied where something failed because of it; denied look-ups (stat, access, execve along a PATH) "
     "only where nothing else failed"},
    {"allow-incomplete", Takes::nothing, "", "print the set even when the trace is incomplete"},
    {"output,o", Takes::one, "DIR",
     "with --per unit --format systemd, or --per container and a format for containers: write a file for each into "
     "this "
     "folder, and say which"},
    {"force", Takes::nothing, "", "with -o: replace files that exist"},
    {"verbose,v", Takes::nothing, "", "say on standard error what else would do"},
};

struct MinimalOptions : CommonOptions {
    bool verbose = false, allow_incomplete = false, include_missing = false;
    std::optional<CheckFilter> filter = {};
    Split split = Split::run;
    const Format* format = nullptr;  // never null: --json is the format of that name
    std::string folder = {};         // for a file for each part; empty: the set goes to standard output
    bool force = false;
};

MinimalOptions read(const Arguments& arguments) {
    MinimalOptions options{arguments.with_file()};
    options.verbose = arguments.has("verbose");
    options.allow_incomplete = arguments.has("allow-incomplete");
    options.include_missing = arguments.has("include-missing");
    options.filter = filter_of(arguments);
    options.split = split_of(arguments);
    options.format = format_of(arguments, formats());
    options.folder = arguments.text("output");
    options.force = arguments.has("force");
    if (arguments.has("output") && options.folder.empty())
        arguments.fail("--output: the name of the folder is empty");
    if (!options.folder.empty() && !has_part_files(options.split, *options.format))
        arguments.fail(
            "--output is for --per unit --format systemd, and for --per container with docker, podman, "
            "compose, kubernetes or oci");
    return options;
}

constexpr std::size_t all_reasons = 1U << 16;

int run(const Arguments& arguments, Streams& streams) {
    const MinimalOptions options = read(arguments);
    const Split split = options.format->by_image ? Split::image : options.split;
    Analysis analysis =
        analyze_file(options, {.reasons = options.folder.empty() ? std::optional<std::size_t>() : all_reasons,
                               .need_reasons = options.format->by_image,
                               .by_keeper = is_by_keeper(split),
                               .by_user = split == Split::user,
                               .filter = options.filter ? &*options.filter : nullptr});
    tell_of_filter(analysis.run, streams.err);
    streams.err << incomplete_text(analysis.completeness, {});
    if (!analysis.completeness.complete && !options.allow_incomplete) {
        // Nothing goes to stdout, so that no script takes a set that may be too small by accident.
        streams.err << "capanalyze: the set could be too small, so it is not printed; record again, or use "
                       "--allow-incomplete\n";
        return exit_failure;
    }
    if (never_ran(analysis.run)) {
        streams.err << "capanalyze: the command could not be executed, so nothing is known of what it needs\n";
        return exit_failure;
    }
    if (!options.folder.empty()) {
        const FormatInput input{.analysis = analysis,
                                .split = split,
                                .parts = parts_of(analysis, split, options.include_missing),
                                .include_missing = options.include_missing,
                                .trace = escape(options.file)};
        const bool whole =
            write_part_files(part_files(input, *options.format), options.folder, options.force, streams.err);
        return whole ? exit_fine : exit_failure;
    }
    const bool inside = options.format->of_container && analysis.inside.by_choice();
    if (inside)
        analysis = container_view(std::move(analysis));
    analysis.minimal = minimal_set(select_needs(analysis.needs, {.missing = options.include_missing}));
    const FormatInput input{.analysis = analysis,
                            .split = split,
                            .parts = parts_of(analysis, split, options.include_missing),
                            .include_missing = options.include_missing,
                            .trace = escape(options.file),
                            .inside = inside};
    set_notes_text(input, options.verbose, streams.err);
    options.format->write(input, streams.out);
    return exit_fine;
}

std::string details() {
    return std::string("Formats:\n") + row_lines(formats()) +
           "text is the default: one name a line, and nothing when no capability is needed.  Explanations go to "
           "standard\n"
           "error.\n"
           "When the trace is incomplete the set could be too small: nothing is printed and the exit status is 2, "
           "unless\n"
           "--allow-incomplete is given; then every format that has comments says so on top.\n\n"
           "Examples:\n"
           "  capanalyze minimal run.cap\n"
           "  capanalyze minimal --format systemd run.cap > /etc/systemd/system/app.service.d/capabilities.conf\n"
           "  capanalyze minimal --per phase run.cap      what it needs at startup, and what after it gave up "
           "capabilities\n"
           "  docker run $(capanalyze minimal --format docker run.cap | grep -v '^#') image\n"
           "  capanalyze minimal --per unit --format systemd -o /etc/systemd/system machine.cap\n"
           "  capanalyze minimal --per container --format kubernetes --names pods.json -o out machine.cap\n";
}

}  // namespace

const Command minimal_command = {
    "minimal",   "the smallest set, ready to paste: systemd, docker, kubernetes, ...",
    "FILE",      "The smallest set of capabilities that does what was recorded, ready to paste.",
    option_rows, details,
    run};

}  // namespace caprec
