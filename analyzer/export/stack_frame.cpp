// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/stack_frame.h"

#include "schema/last_part.h"

namespace caprec {

std::string_view program_name(std::string_view image, std::string_view comm) {
    const std::string_view name = last_part(image);
    if (!name.empty())
        return name;
    return comm.empty() ? "?" : comm;
}

std::string place_text(const StackFrame& frame) {
    switch (frame.kind) {
        case FrameKind::user: return frame.module;
        case FrameKind::kernel: return frame.module.empty() ? "[kernel]" : "[" + frame.module + "]";
        case FrameKind::program:
        case FrameKind::not_recorded: break;
    }
    return {};
}

}  // namespace caprec
