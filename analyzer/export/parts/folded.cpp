// SPDX-License-Identifier: Apache-2.0
//
// A line is a stack, a space, a count.
#include "analyzer/export/parts/folded.h"

#include <string>

#include "schema/words/escape.h"

namespace caprec {

void append_folded(std::string& line, const StackFrame& frame) {
    line += line.empty() ? "" : ";";
    append_escaped(line, frame.name, ";");
}

FoldedStacks folded_stacks(const Samples& samples, CapabilityFrame capability) {
    FoldedStacks lines;  // without offsets several stacks may become one
    for (const Sample& sample : samples.samples) {
        const std::string name = capability_name(sample.capability);
        std::string line = capability == CapabilityFrame::root ? name : "";
        for (const std::uint32_t frame : sample.frames)
            append_folded(line, samples.frames[frame]);
        if (capability == CapabilityFrame::leaf)
            line += ';' + name;
        lines[line] += sample.count();
    }
    return lines;
}

}  // namespace caprec
