// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/export_file.h"

#include "analyzer/commands/analysis_file.h"
#include "analyzer/commands/input.h"
#include "analyzer/emit/text_style.h"
#include "analyzer/pipeline.h"

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

void export_file(const CommonOptions& options, CapabilitySet capabilities, const ExportFormat& format,
                 std::ostream& out, const Streams& streams) {
    const Knowledge knowledge = load_knowledge(options);
    Input input(options.file);
    naming(input, [&] {
        TraceReader reader(input);
        const std::unique_ptr<Exporter> exporter = format.make({reader, out, "capanalyze " CAPREC_VERSION});
        CapabilityFilter filter(*exporter, capabilities);
        const StreamSummary summary = stream_checks(reader, filter,
                                                    {.still_recording = [&] { return input.being_written(); },
                                                     .rows = exporter->rows(),
                                                     .knowledge = &knowledge});
        streams.err << incomplete_text(summary.completeness, {});
        exporter->finish(summary);
        if (exporter->left_out() > 0)
            streams.err << counted(exporter->left_out(), "check") << " with still other stacks left out\n";
    });
}

}  // namespace caprec
