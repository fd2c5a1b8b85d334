// SPDX-License-Identifier: Apache-2.0
//
// The formats, in the order of --help; each is written by a function in the file of its name.
#pragma once

#include <memory>

#include "analyzer/export/export_format.h"
#include "analyzer/export/parts/samples.h"

namespace caprec {

// CAPABILITY;program;outermost;...;innermost COUNT: one line a stack, offsets left out.
void write_folded(const Samples& samples, const ExportTarget& target);

// The JSON of https://www.speedscope.app: one profile of all checks, one of the denied ones, one of each capability.
void write_speedscope(const Samples& samples, const ExportTarget& target);

// profile.proto of pprof, gzipped: sample types checks and denied, labels capability, verdict, image, pid.
void write_pprof(const Samples& samples, const ExportTarget& target);

// A timeline as JSON of the Trace Event Format.
std::unique_ptr<Exporter> make_perfetto(const ExportTarget& target);

// One row a check; docs/tables.md.
std::unique_ptr<Exporter> make_csv(const ExportTarget& target);
std::unique_ptr<Exporter> make_ndjson(const ExportTarget& target);

template <SampleDetail detail, SampleExporter::Write write>
std::unique_ptr<Exporter> counted_by(const ExportTarget& target) {
    return std::make_unique<SampleExporter>(target, detail, write);
}

inline constexpr ExportFormat export_format_table[] = {
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

}  // namespace caprec
