// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/command.h"
#include "analyzer/commands/input.h"
#include "analyzer/commands/no_receiver.h"
#include "analyzer/emit/json.h"
#include "analyzer/emit/text.h"
#include "analyzer/options.h"
#include "analyzer/pipeline.h"

namespace caprec {
namespace {

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
    void on(const CheckRow&, std::uint64_t, std::span<const FirstSeenOutcome>) override { ++counts_.first_seen; }

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

}  // namespace

int run_info(const std::vector<std::string>& arguments, Streams& streams) {
    const InfoOptions options = parse_info_options(arguments);
    if (options.help) {
        streams.out << *options.help;
        return exit_fine;
    }
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

}  // namespace caprec
