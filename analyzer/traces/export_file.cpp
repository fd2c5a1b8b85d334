// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/export_file.h"

#include "analyzer/emit/events/late_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"
#include "analyzer/traces/first_reading.h"

namespace caprec {
namespace {

const CheckFilter* filter_in(const ExportOptions& options) { return options.filter ? &*options.filter : nullptr; }

bool needs_verdicts(const ExportOptions& options) {
    return options.format->verdicts || (options.filter && !options.filter->choice().verdicts.empty());
}

}  // namespace

void export_file(const ExportOptions& options, std::ostream& out, const Streams& streams) {
    const Knowledge knowledge = load_knowledge(options);
    const ContainerNames names = load_names(options);
    Input input(options.file);
    naming(input, [&] {
        std::optional<StreamSummary> known;
        if (needs_verdicts(options))
            known = first_reading(input, {.still_recording = {},
                                          .knowledge = &knowledge,
                                          .names = &names,
                                          .filter = filter_in(options),
                                          .single_checks = options.format->each_check});
        TraceReader reader(input);
        std::optional<UserStacks> user_stacks;
        if (options.frames != FrameChoice::kernel)
            user_stacks.emplace(reader, search_of(options));
        UserStacks* const user = user_stacks ? &*user_stacks : nullptr;
        const std::unique_ptr<Exporter> exporter = options.format->make(
            {reader, out, "capanalyze " CAPREC_VERSION, user, options.frames != FrameChoice::user});
        const StreamSummary summary = stream_checks(reader, *exporter,
                                                    {.still_recording = [&] { return input.being_written(); },
                                                     .rows = exporter->rows(),
                                                     .knowledge = &knowledge,
                                                     .names = &names,
                                                     .filter = filter_in(options),
                                                     .user_stacks = user,
                                                     .single_checks = options.format->each_check,
                                                     .late = known ? &known->late : nullptr,
                                                     .wants_late = needs_verdicts(options) && !known});
        streams.err << late_text(summary.late) << incomplete_text(summary.completeness, {});
        exporter->finish(summary);
        tell_of_filter(summary.run, streams.err);
        tell_left_out(exporter->left_out(), streams.err);
        tell_of_user_stacks(reader, user_stacks, streams.err);
    });
}

}  // namespace caprec
