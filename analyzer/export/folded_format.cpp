// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/exporter.h"
#include "analyzer/export/parts/folded.h"
#include "analyzer/export/writers.h"

namespace caprec {

void write_folded(const Samples& samples, const ExportTarget& target) {
    for (const auto& [line, count] : folded_stacks(samples, CapabilityFrame::root))
        target.out << line << ' ' << count << '\n';
}

}  // namespace caprec
