// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/stack_frame.h"

#include "analyzer/analysis/image_name.h"
#include "schema/last_part.h"

namespace caprec {

std::string program_name(std::string_view image, std::string_view comm) {
    const ImageName name = parse_image(image);
    if (!last_part(name.path).empty())
        return image_label(image_name(last_part(name.path), name.place));
    return comm.empty() ? "?" : std::string(comm);
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
