// SPDX-License-Identifier: Apache-2.0
#include "analyzer/minimal_set.h"

#include <string>

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/command.h"
#include "analyzer/container_view.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/text.h"

namespace caprec {
namespace {

std::vector<Part> parts_of(const Analysis& analysis, Split split, bool missing) {
    std::vector<Part> parts;
    switch (split) {
        case Split::run: parts.push_back(part_of(analysis, "", {.missing = missing})); break;
        case Split::phase:
            for (const Phase phase : {Phase::startup, Phase::after_drop})
                parts.push_back(part_of(analysis, phase_name(phase), {.phase = phase, .missing = missing}));
            break;
        case Split::image:
            for (const std::string& image : executables_of(analysis))  // those without a need have a set, too
                parts.push_back(part_of(analysis, image, {.image = image, .missing = missing}));
            break;
    }
    return parts;
}

}  // namespace

int run_minimal(const std::vector<std::string>& arguments, Streams& streams) {
    const MinimalOptions options = parse_minimal_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
    const Split split = options.format->by_image ? Split::image : options.split;
    Analysis analysis = analyze_file(options, {.need_reasons = options.format->by_image});
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

}  // namespace caprec
