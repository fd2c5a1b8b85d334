// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/check_frames.h"

#include <utility>

namespace caprec {
namespace {

StackFrame from_kernel(const KernelFrame& kernel) {
    StackFrame frame;
    frame.name = kernel.symbol.empty() ? "?" : kernel.symbol;
    frame.module = kernel.module;
    return frame;
}

StackFrame not_recorded() {
    StackFrame frame;
    frame.name = "[not recorded]";
    frame.kind = FrameKind::not_recorded;
    return frame;
}

}  // namespace

std::vector<StackFrame> CheckFrames::frames(Id kernel_stack) const {
    std::vector<StackFrame> result;
    const std::vector<KernelFrame> kernel = kernel_.kernel_frames(kernel_stack);
    for (auto frame = kernel.rbegin(); frame != kernel.rend(); ++frame)
        result.push_back(from_kernel(*frame));
    if (result.empty())
        result.push_back(not_recorded());
    return result;
}

}  // namespace caprec
