// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/export_format.h"

#include <algorithm>
#include <iterator>

#include "analyzer/export/writers.h"

namespace caprec {

std::span<const ExportFormat> export_formats() { return export_format_table; }

const ExportFormat* find_export_format(std::string_view name) {
    const auto* found = std::ranges::find(export_format_table, name, &ExportFormat::name);
    return found != std::end(export_format_table) ? found : nullptr;
}

}  // namespace caprec
