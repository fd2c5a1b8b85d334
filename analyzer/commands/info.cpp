// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"
#include "analyzer/cli/common_options.h"
#include "analyzer/commands/table.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/text.h"
#include "analyzer/files/input.h"
#include "analyzer/pipeline/pipeline.h"
#include "analyzer/traces/no_receiver.h"

namespace caprec {
namespace {

constexpr OptionRow option_rows[] = {
    json_option,
    help_option,
};

class RowCounter : public EventVisitor, public FirstSeenVisitor {
public:
    void on(const CheckRow&) override { ++counts_.checks; }
    void on(const OutcomeRow&) override { ++counts_.outcomes; }
    void on(const CredentialChangeRow&) override { ++counts_.credential_changes; }
    void on(const TaskRow&) override { ++counts_.tasks; }
    void on(const ExecRow&) override { ++counts_.execs; }
    void on(const CapabilityRequestRow&) override { ++counts_.capability_requests; }
    void on(const ExitRow&) override { ++counts_.exits; }
    void on(const RenameRow&) override { ++counts_.renames; }
    void on(const MappingRow&) override { ++counts_.mappings; }
    void on(const ComparisonRow&) override { ++counts_.comparisons; }
    void on(const RefusalRow&) override { ++counts_.refusals; }
    void on(const PlaceRow&) override { ++counts_.places; }
    void on(const CheckRow&, std::uint64_t, std::span<const FirstSeenOutcome>) override { ++counts_.first_seen; }
    void on(const KindCount&) override {}

    const RowCounts& counts() const { return counts_; }

private:
    RowCounts counts_;
};

ChunkCounts chunk_counts(const TraceReader::Statistics& statistics, bool footer) {
    return {.all = statistics.chunks,
            .header = statistics.header_chunks,
            .tables = statistics.table_chunks,
            .events = statistics.event_chunks,
            .summary = statistics.summary_chunks,
            .footer = footer ? 1u : 0u,
            .files = statistics.file_chunks,
            .unknown = statistics.unknown_chunks,
            .unknown_columns = statistics.unknown_columns};
}

TableCounts table_counts(const TraceReader::Statistics& statistics) {
    return {.strings = statistics.strings,
            .namespaces = statistics.namespaces,
            .credentials = statistics.credentials,
            .objects = statistics.objects,
            .modules = statistics.modules,
            .frames = statistics.frames,
            .stacks = statistics.stacks,
            .user_stacks = statistics.user_stacks};
}

int run(const Arguments& arguments, Streams& streams) {
    const CommonOptions options = arguments.with_file();
    Input input(options.file);
    TraceReader reader(input);
    NoReceiver nobody;
    RowCounter rows;
    StreamSummary summary = naming(input, [&] {
        return stream_checks(
            reader, nobody,
            {.still_recording = [&] { return input.being_written(); }, .rows = &rows, .first_seen = &rows});
    });
    const TraceReader::Statistics& statistics = reader.statistics();
    TraceFacts facts{.run = std::move(summary.run),
                     .completeness = std::move(summary.completeness),
                     .bytes = statistics.bytes,
                     .chunks = chunk_counts(statistics, reader.footer().has_value()),
                     .rows = rows.counts(),
                     .tables = table_counts(statistics)};
    if (options.json)
        info_json(facts, streams.out);
    else
        info_text(facts, {streams.color, false, options.file}, streams.out);
    return exit_fine;
}

std::string details() {
    return "Examples:\n"
           "  capanalyze info run.cap\n"
           "  capanalyze info --json run.cap | jq .trace.lost\n";
}

}  // namespace

const Command info_command = {
    "info",
    "the trace file itself: host, hook, counts, losses",
    "FILE",
    "What the trace file says about the recording and about itself: host, hook, clocks, counts, sizes, losses.",
    option_rows,
    details,
    run};

}  // namespace caprec
