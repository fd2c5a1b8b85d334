// SPDX-License-Identifier: Apache-2.0
//
// The formats, one a file; export_format.cpp has the table of them.
#pragma once

#include <memory>

#include "analyzer/export/parts/samples.h"

namespace caprec {

class Exporter;
struct ExportTarget;

// CAPABILITY;program;outermost;...;innermost COUNT: one line a stack, offsets left out.
void write_folded(const Samples& samples, const ExportTarget& target);

// The JSON of https://www.speedscope.app: one profile of all checks, one of the denied ones, one a capability.
void write_speedscope(const Samples& samples, const ExportTarget& target);

// profile.proto of pprof, gzipped: sample types checks and denied, labels capability, verdict, image, pid.
void write_pprof(const Samples& samples, const ExportTarget& target);

// A timeline as JSON of the Trace Event Format.
std::unique_ptr<Exporter> make_perfetto(const ExportTarget& target);

// One row a check; docs/tables.md.
std::unique_ptr<Exporter> make_csv(const ExportTarget& target);
std::unique_ptr<Exporter> make_ndjson(const ExportTarget& target);

}  // namespace caprec
