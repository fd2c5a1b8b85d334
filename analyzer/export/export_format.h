// SPDX-License-Identifier: Apache-2.0
//
// The formats of `capanalyze export --format NAME`: one file and one row in writers.h each.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "analyzer/export/parts/exporter.h"

namespace caprec {

struct ExportFormat {
    std::string_view name, summary;  // "pprof", "go tool pprof: flame graphs, tables, comparisons"
    bool binary;                     // it is not to be written to a terminal
    bool each_check;                 // it shows each check with its time, which a merged trace does not have
    bool verdicts;                   // it shows what checks meant
    std::unique_ptr<Exporter> (*make)(const ExportTarget& target);
};

std::span<const ExportFormat> export_formats();                 // in the order of --help
const ExportFormat* find_export_format(std::string_view name);  // null: no such format

}  // namespace caprec
