// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/export_file.h"

#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/sites/user_stacks.h"
#include "analyzer/traces/analysis_file.h"

namespace caprec {
namespace {

class CapabilityFilter : public CheckReceiver {
public:
    using CheckReceiver::on;
    CapabilityFilter(CheckReceiver& receiver, CapabilitySet wanted) : receiver_(receiver), wanted_(wanted) {}

    void on(const AnnotatedCheck& check) override {
        if (wanted_.empty() || wanted_.contains(static_cast<unsigned>(check.row.capability)))
            receiver_.on(check);
    }

private:
    CheckReceiver& receiver_;
    CapabilitySet wanted_;
};

}  // namespace

void export_file(const ExportOptions& options, std::ostream& out, const Streams& streams) {
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    naming(input, [&] {
        TraceReader reader(input);
        std::optional<UserStacks> user_stacks;
        if (options.frames != FrameChoice::kernel)
            user_stacks.emplace(reader, search_of(options));
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
