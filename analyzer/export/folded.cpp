// SPDX-License-Identifier: Apache-2.0
//
// A line is a stack, a space, a count.
#include "analyzer/export/folded.h"

#include <map>
#include <string>

#include "analyzer/emit/escape.h"
#include "analyzer/export/exporter.h"
#include "analyzer/export/writers.h"

namespace caprec {

void append_folded(std::string& line, const StackFrame& frame) {
    line += line.empty() ? "" : ";";
    append_escaped(line, frame.name, ";");
}

void write_folded(const Samples& samples, const ExportTarget& target) {
    std::map<std::string, std::uint64_t> lines;  // without offsets several stacks may become one
    for (const Sample& sample : samples.samples) {
        std::string line = capability_name(sample.capability);
        for (const std::uint32_t frame : sample.frames)
            append_folded(line, samples.frames[frame]);
        lines[line] += sample.count();
    }
    for (const auto& [line, count] : lines)
        target.out << line << ' ' << count << '\n';
}

}  // namespace caprec
