// SPDX-License-Identifier: Apache-2.0
//
// The format of Brendan Gregg's FlameGraph scripts: frames with semicolons between them, outermost first, a space,
// a count.
#include <map>
#include <string>

#include "analyzer/emit/escape.h"
#include "analyzer/export/exporter.h"
#include "analyzer/export/writers.h"

namespace caprec {

void write_folded(const Samples& samples, const ExportTarget& target) {
    std::map<std::string, std::uint64_t> lines;  // without offsets several stacks may become one
    for (const Sample& sample : samples.samples) {
        std::string line = capability_name(sample.capability);
        for (const std::uint32_t frame : sample.frames) {
            line += ';';
            append_escaped(line, samples.frames[frame].name, ";");
        }
        lines[line] += sample.count();
    }
    for (const auto& [line, count] : lines)
        target.out << line << ' ' << count << '\n';
}

}  // namespace caprec
