// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/call_text.h"

#include <cstring>

#include "analyzer/analysis/image_name.h"
#include "schema/syscalls.h"
#include "schema/words/escape.h"

namespace caprec {

std::string call_text(const Reason& reason, std::size_t object_columns) {
    if (reason.syscall.empty())
        return "outside any syscall";
    std::string text = escape(reason.syscall) + '(';
    if (!reason.object.empty() || reason.object_truncated)
        text += shorten(quote(reason.object) + (reason.object_truncated ? "..." : ""), object_columns);
    text += ')';
    if (reason.error)
        return text + " = -1 " + errno_name(*reason.error);
    if (reason.outcome == NoOutcome::known)
        return text + " ok";
    return text + ", outcome not known: " + no_outcome_text(reason.outcome);
}

std::string image_text(const std::string& image, const std::string& comm) {
    if (!image.empty())
        return escape(image_label(image));
    return comm.empty() ? "?" : '[' + escape(comm) + ']';
}

std::string exit_text(const Process& process) {
    if (process.exit_status)
        return std::to_string(*process.exit_status);
    if (process.signal)
        return signal_text(*process.signal);
    return process.alive_at_end ? "alive" : "?";
}

std::string signal_text(int number) {
    const char* name = ::sigabbrev_np(number);
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

}  // namespace caprec
