// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/check_frames.h"

#include <utility>

#include "schema/hex.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

std::string cut(std::string_view text) { return std::string(text.substr(0, CheckFrames::max_name_bytes)); }

StackFrame from_kernel(const KernelFrame& kernel) {
    StackFrame frame;
    frame.name = kernel.symbol.empty() ? "?" : kernel.symbol;
    frame.module = kernel.module;
    return frame;
}

std::string place_in_module(const UserFrame& user) {
    if (user.module.empty())
        return "?";
    return cut(last_part(user.module)) + "+" + hex_of(user.offset);
}

StackFrame from_user(const UserFrame& user) {
    StackFrame frame;
    frame.name = user.function.empty() ? place_in_module(user) : cut(user.function);
    frame.file = cut(user.file);
    frame.line = user.line;
    frame.kind = FrameKind::user;
    frame.module = cut(user.module);
    frame.offset = user.offset;
    frame.inlined = user.inlined;
    return frame;
}

StackFrame not_recorded(const char* name) {
    StackFrame frame;
    frame.name = name;
    frame.kind = FrameKind::not_recorded;
    return frame;
}

}  // namespace

void CheckFrames::append_user(UserStackId user_stack, std::vector<StackFrame>& frames) const {
    const ResolvedStack& stack = user_stacks_->stack(user_stack);
    if (!stack.frames.empty() && !stack.incomplete.empty())
        frames.push_back(not_recorded("[outer frames not known]"));
    for (auto frame = stack.frames.rbegin(); frame != stack.frames.rend(); ++frame)
        frames.push_back(from_user(*frame));
}

void CheckFrames::append_kernel(StackId kernel_stack, std::vector<StackFrame>& frames) const {
    const std::vector<KernelFrame> kernel = kernel_.kernel_frames(kernel_stack);
    for (auto frame = kernel.rbegin(); frame != kernel.rend(); ++frame)
        frames.push_back(from_kernel(*frame));
}

std::vector<StackFrame> CheckFrames::frames(UserStackId user_stack, StackId kernel_stack) const {
    std::vector<StackFrame> result;
    if (user_stacks_ != nullptr)
        append_user(user_stack, result);
    if (kernel_frames_)
        append_kernel(kernel_stack, result);
    if (result.empty())
        result.push_back(not_recorded("[not recorded]"));
    return result;
}

}  // namespace caprec
