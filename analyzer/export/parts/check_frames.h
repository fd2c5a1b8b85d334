// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyzer/export/parts/stack_frame.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/user_stacks.h"
#include "schema/trace_reader.h"

namespace caprec {

enum class FrameChoice : std::uint8_t { all, user, kernel };

// The frames that led to a check, as far as the trace knows them.  Exporters get frames from here only.
class CheckFrames {
public:
    static constexpr std::size_t max_name_bytes = 1024;  // names of functions, modules and source files are cut here

    // Keeps both references.  `user_stacks` is null when no user frames are wanted.
    CheckFrames(const TraceReader& reader, UserStacks* user_stacks, bool kernel_frames)
        : kernel_(reader), user_stacks_(user_stacks), kernel_frames_(kernel_frames) {}

    // The frames, outermost first: those of the program, with a frame not_recorded before them when outer ones are
    // missing, then the kernel's.  When nothing is known, there is just a frame not_recorded.
    std::vector<StackFrame> frames(UserStackId user_stack, StackId kernel_stack) const;

private:
    void append_user(UserStackId user_stack, std::vector<StackFrame>& frames) const;
    void append_kernel(StackId kernel_stack, std::vector<StackFrame>& frames) const;

    KernelStacks kernel_;
    UserStacks* user_stacks_;
    bool kernel_frames_;
};

}  // namespace caprec
