// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/ci/findings.h"

#include <algorithm>

#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/inside_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "schema/words/escape.h"

namespace caprec {

void add_remarks(std::string_view which, const Analysis& analysis, std::vector<Remark>& remarks) {
    for (const std::string& problem : analysis.completeness.problems)
        remarks.push_back({true, std::string(which) + " is incomplete: " + escape(problem)});
    if (const std::string survivors = survivors_note(analysis.run); !survivors.empty())
        remarks.push_back({false, std::string(which) + ": " + survivors});
    if (const std::string inside = inside_text(analysis); !inside.empty())
        remarks.push_back({false, std::string(which) + ": " + inside + ". " + inside_advice(analysis)});
    for (const std::string& note : analysis.run.notes)
        remarks.push_back({false, std::string(which) + ": " + escape(note)});
}

void add_refusals(std::string_view which, const OtherRefusals& now, const OtherRefusals* before,
                  std::vector<Remark>& remarks) {
    const auto same = [](const OtherRefusal& one, const OtherRefusal& other) {
        return one.image == other.image && one.syscall == other.syscall && one.error == other.error &&
               one.object == other.object;
    };
    std::vector<OtherRefusal> calls = now.calls;
    if (before != nullptr && before->more > 0)
        return;  // not all of them are there to compare with
    if (before != nullptr)
        std::erase_if(calls, [&](const OtherRefusal& call) {
            return std::ranges::any_of(before->calls, [&](const OtherRefusal& known) { return same(call, known); });
        });
    if (const std::string text = refusal_note(calls); !text.empty())
        remarks.push_back({false, std::string(which) + ": calls were " + text});
}

std::string call_of(const Reason* reason) {
    constexpr std::size_t object_columns = 60;
    if (reason == nullptr)
        return {};
    std::string text = call_text(*reason, object_columns);
    if (!reason->site.empty())
        text += " in " + escape(reason->site);
    return text;
}

}  // namespace caprec
