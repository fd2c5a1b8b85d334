// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/export_file.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/capability_filter.h"
#include "analyzer/commands/input.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/export/export_format.h"
#include "analyzer/pipeline.h"
#include "analyzer/user_stacks.h"

namespace caprec {
void export_file(const ExportOptions& options, std::ostream& out, const Streams& streams) {
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    naming(input, [&] {
        TraceReader reader(input);
        std::optional<UserStacks> user_stacks;
        if (options.frames != FrameChoice::kernel)
            user_stacks.emplace(reader, options.search);
        UserStacks* const user = user_stacks ? &*user_stacks : nullptr;
        const std::unique_ptr<Exporter> exporter = options.format->make(
            {reader, out, "capanalyze " CAPREC_VERSION, user, options.frames != FrameChoice::user});
        CapabilityFilter filter(*exporter, options.capabilities);
        const StreamSummary summary = stream_checks(reader, filter,
                                                    {.still_recording = [&] { return input.being_written(); },
                                                     .rows = exporter->rows(),
                                                     .knowledge = &knowledge,
                                                     .user_stacks = user,
                                                     .single_checks = options.format->each_check});
        streams.err << incomplete_text(summary.completeness, {});
        exporter->finish(summary);
        tell_left_out(exporter->left_out(), streams.err);
        tell_of_files(user_stacks, streams.err);
    });
}

}  // namespace caprec
