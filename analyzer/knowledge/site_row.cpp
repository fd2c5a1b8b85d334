// SPDX-License-Identifier: Apache-2.0
#include "analyzer/knowledge/site_row.h"

namespace caprec {
namespace {

struct ClassText {
    const char* name;
    const char* text;
};
constexpr ClassText class_texts[] = {
    {"required", "the answer decides"},
    {"alternative", "one of several capabilities would do"},
    {"first", "asked before another condition that may allow it all the same"},
    {"limit", "asked once a limit is exceeded"},
    {"limit-first", "asked before a limit is compared"},
    {"advisory", "a refusal leaves something out or undone, and no errno says so"},
    {"probe", "somebody wants to know; a refusal reduces what is shown"},
};

}  // namespace

const char* site_class_name(SiteClass site_class) { return class_texts[static_cast<std::size_t>(site_class)].name; }

const char* site_class_text(SiteClass site_class) { return class_texts[static_cast<std::size_t>(site_class)].text; }

std::string site_text(const SiteRow& row) {
    if (row.asked_by.empty() || row.note.empty()) {
        return row.asked_by + row.note;
    }
    return row.asked_by + ": " + row.note;
}

}  // namespace caprec
