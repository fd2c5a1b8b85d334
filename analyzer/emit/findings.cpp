// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/findings.h"

#include "analyzer/emit/call_text.h"
#include "analyzer/emit/escape.h"

namespace caprec {

void add_remarks(std::string_view which, const Analysis& analysis, std::vector<Remark>& remarks) {
    for (const std::string& problem : analysis.completeness.problems)
        remarks.push_back({true, std::string(which) + " is incomplete: " + escape(problem)});
    if (const std::string survivors = survivors_note(analysis.run); !survivors.empty())
        remarks.push_back({false, std::string(which) + ": " + survivors});
    for (const std::string& note : analysis.run.notes)
        remarks.push_back({false, std::string(which) + ": " + escape(note)});
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
