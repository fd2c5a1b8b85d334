// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/refusal_text.h"

#include <algorithm>
#include <ostream>

#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t refused_object_columns = 40;

std::string refused_call_text(const OtherRefusal& call) {
    Reason as_reason;
    as_reason.syscall = call.syscall.empty() ? "?" : call.syscall;
    as_reason.object = call.object;
    as_reason.object_truncated = call.object_truncated;
    as_reason.error = call.error;
    return call_text(as_reason, refused_object_columns);
}

}  // namespace

std::string cause_text(const OtherRefusal& refusal) {
    std::string text = refusal.filtered ? "a seccomp filter is on, which may have answered" : "";
    if (!refusal.why.empty())
        text += (text.empty() ? "may be " : "; or ") + refusal.why;
    if (text.empty())
        text = "may be a security module, a mount option, or a rule of what was called";
    return refusal.no_new_privs ? text + "; no_new_privs is set" : text;
}

std::string refusal_note(const std::vector<OtherRefusal>& calls) {
    constexpr std::size_t named = 2;
    std::string text;
    std::size_t count = 0;
    for (const OtherRefusal& call : calls) {
        if (call.look_up || ++count > named)
            continue;
        text += (text.empty() ? "" : "; ") + image_text(call.image, call.comm) + ", " + refused_call_text(call) + " (" +
                cause_text(call) + ')';
    }
    if (count > named)
        text += "; and " + counted(count - named, "more kind");
    return text.empty() ? text : "refused, and not a matter of capabilities: " + text;
}

void write_refusals(const OtherRefusals& refusals, std::size_t shown, const TextStyle& style, std::ostream& out) {
    if (refusals.calls.empty())
        return;
    out << "\nRefused, and not a matter of capabilities: none was denied in these calls\n";
    const std::size_t count = std::min(style.verbose ? refusals.calls.size() : shown, refusals.calls.size());
    for (std::size_t at = 0; at < count; ++at) {
        const OtherRefusal& call = refusals.calls[at];
        out << right_aligned(with_commas(call.count), 7) << "x  " << image_text(call.image, call.comm) << "  "
            << refused_call_text(call) << '\n';
        const bool same = at > 0 && cause_text(call) == cause_text(refusals.calls[at - 1]);
        if (!same)
            out << "          " << wrapped(cause_text(call), 10, 10, screen_columns) << '\n';
    }
    const std::uint64_t more = refusals.calls.size() - count + refusals.more;
    if (more > 0)
        out << "          and " << counted(more, "more kind") << " of such calls" << (style.verbose ? "" : " (-v)")
            << '\n';
    if (refusals.lost > 0)
        out << "          and more than are told apart\n";
}

}  // namespace caprec
