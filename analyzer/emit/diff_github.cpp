// SPDX-License-Identifier: Apache-2.0
//
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: one line each; in messages % and line
// ends are encoded, in properties also : and , (as the runner's toolkit does).
#include <string>
#include <string_view>

#include "analyzer/emit/change_text.h"
#include "analyzer/emit/diff_writers.h"
#include "analyzer/emit/escape.h"
#include "analyzer/emit/user_stack_text.h"

namespace caprec {
namespace {

std::string encoded(std::string_view text, std::string_view also) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char letter : text) {
        const auto value = static_cast<unsigned char>(letter);
        if (letter == '%' || letter == '\r' || letter == '\n' || also.find(letter) != std::string_view::npos) {
            result += '%';
            result += digits[value >> 4];
            result += digits[value & 15];
        } else {
            result += letter;
        }
    }
    return result;
}

std::string property(std::string_view text) { return encoded(text, ":,"); }

// Where in the source it is, when that is known.
std::string place_of(const Change& change) {
    const UserFrame* frame = change.reason ? calling_frame(change.reason->user_stack) : nullptr;
    if (frame == nullptr || frame->file.empty() || frame->line == 0)
        return {};
    return "file=" + property(escape(frame->file)) + ",line=" + std::to_string(frame->line) + ',';
}

}  // namespace

void diff_github(const DiffView& view, const TextStyle& style, std::ostream& out) {
    for (const Remark& remark : remarks(view))
        out << (remark.incomplete ? "::warning title=incomplete trace::" : "::notice title=trace::")
            << encoded(remark.text, "") << '\n';
    for (const Change* each : shown_changes(view, style.verbose)) {
        const Change& change = *each;
        std::string message = program_text(change) + ' ' + headline(change) + " (" + standings_text(change) + ')';
        if (const std::string call = call_of(change); !call.empty())
            message += "\n" + call;
        if (const UserFrame* frame = change.reason ? calling_frame(change.reason->user_stack) : nullptr)
            message += "\nfrom " + user_frame_text(*frame);
        out << (change.regression ? "::error " : "::notice ") << place_of(change)
            << "title=" << property(capability_name(change.capability)) << "::" << encoded(message, "") << '\n';
    }
}

}  // namespace caprec
