// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/export/stack_frame.h"
#include "analyzer/kernel_stacks.h"
#include "schema/trace_reader.h"

namespace caprec {

// What led to a check, whatever the trace knows of it: the one place where exporters get frames from.
class CheckFrames {
public:
    explicit CheckFrames(const TraceReader& reader) : kernel_(reader) {}  // keeps a reference

    // Outermost first.  One frame not_recorded when nothing is known.
    std::vector<StackFrame> frames(Id kernel_stack) const;

private:
    KernelStacks kernel_;
};

}  // namespace caprec
