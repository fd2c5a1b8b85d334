// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/export_format.h"

#include <algorithm>
#include <iterator>

#include "analyzer/export/writers.h"

namespace caprec {
namespace {

template <SampleDetail detail, SampleExporter::Write write>
std::unique_ptr<Exporter> counted_by(const ExportTarget& target) {
    return std::make_unique<SampleExporter>(target, detail, write);
}

constexpr ExportFormat table[] = {
    {"folded", "one line for each stack, for flamegraph.pl and the like", false, false, false,
     counted_by<SampleDetail::stacks, write_folded>},
    {"speedscope", "a JSON document for speedscope: flame graphs of all checks, and of each capability", false, false,
     false, counted_by<SampleDetail::stacks, write_speedscope>},
    {"pprof", "a profile for go tool pprof and other readers of profile.proto (binary)", true, false, true,
     counted_by<SampleDetail::processes, write_pprof>},
    {"perfetto", "a timeline of processes, programs and checks, for ui.perfetto.dev", false, true, true, make_perfetto},
    {"ndjson", "a table with a row for each check, for databases: JSON lines", false, true, true, make_ndjson},
    {"csv", "the same table as CSV with a header line", false, true, true, make_csv},
};

}  // namespace

std::span<const ExportFormat> export_formats() { return table; }

const ExportFormat* find_export_format(std::string_view name) {
    const auto* found = std::ranges::find(table, name, &ExportFormat::name);
    return found != std::end(table) ? found : nullptr;
}

}  // namespace caprec
