// SPDX-License-Identifier: Apache-2.0
//
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: one line each; in messages % and line
// ends are encoded, in properties also : and , (as the runner's toolkit does).
#include <string>
#include <string_view>

#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/pieces/user_stack_text.h"
#include "schema/words/escape.h"

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

std::string place_text(std::string_view file, std::size_t line) {
    return "file=" + property(escape(file)) + (line != 0 ? ",line=" + std::to_string(line) : "") + ',';
}

// The place to look at: the finding's own, or the place in the source when that is known.
std::string place_of(const ListedFinding& finding, const UserFrame* frame) {
    if (!finding.places.empty())
        return place_text(finding.places[0].file, finding.places[0].line);
    if (frame == nullptr || frame->file.empty() || frame->line == 0)
        return {};
    return place_text(frame->file, frame->line);
}

}  // namespace

void write_github(const FindingList& list, std::ostream& out) {
    for (const Remark& remark : list.remarks)
        out << (remark.incomplete ? "::warning title=incomplete trace::" : "::notice title=trace::")
            << encoded(remark.text, "") << '\n';
    for (const ListedFinding& finding : list.findings) {
        std::string message = finding.message + (finding.detail.empty() ? "" : " (" + finding.detail + ')');
        if (const std::string call = call_of(finding.reason); !call.empty())
            message += "\n" + call;
        const UserFrame* frame = finding.reason != nullptr ? calling_frame(finding.reason->user_stack) : nullptr;
        if (frame != nullptr)
            message += "\nfrom " + user_frame_text(*frame);
        out << (finding.is_error ? "::error " : "::notice ") << place_of(finding, frame)
            << "title=" << property(finding.capability) << "::" << encoded(message, "") << '\n';
    }
}

}  // namespace caprec
