// SPDX-License-Identifier: Apache-2.0
#include "analyzer/knowledge/site_row.h"

#include "schema/enum_table.h"

namespace caprec {
namespace {

struct ClassText {
    const char* name;
    const char* text;
};
constexpr EnumTable<SiteClass, ClassText> class_texts({
    {"required", "the answer decides"},
    {"alternative", "one of several capabilities would do"},
    {"first", "asked before another condition that may allow it all the same"},
    {"limit", "asked once a limit is exceeded"},
    {"limit-first", "asked before a limit is compared"},
    {"advisory", "a refusal leaves something out or undone, and no errno says so"},
    {"probe", "somebody wants to know; a refusal reduces what is shown"},
    {"shows", "a refusal is no error, but what the call shows is less"},
});

// Texts in the order of SiteTest.
constexpr EnumTable<SiteTest, const char*> test_texts({
    "",
    "it does not matter when the ids stay as they are",
    "it does not matter when capset adds nothing to the inheritable set",
    "it matters only when the mode has the set-group-ID bit",
    "the others would do only where they were asked, and refused, just before",
    "it does not matter for a process's own files in /proc",
    "the others would do for SO_MARK, SO_PRIORITY, IP_TRANSPARENT and IPV6_TRANSPARENT only",
    "it does not matter with flags that everybody may use, or for the mark of an inode",
    "it does not matter when a sysctl allows it to everybody",
    "it does not matter for a queue without attributes",
    "it does not matter without a flag for a new namespace",
    "asked of a copy of the task's own credential",
    "it does not matter where it is asked for the last time in the call",
    "it does not matter for root, nor where a file is only read",
    "where uid 0 of the parent is mapped, CAP_SETFCAP is needed, too: the kernel looks at it without a check",
    "it does not matter for one's own task, where it is asked for the last time in the call",
    "for TCP_CONGESTION it matters only when the algorithm is not allowed to everybody",
    "it does not matter for a request that is all zero",
    "it does not matter where the call returns 0",
    "it does not matter where only the first 64 bytes are read",
    "it does not matter for members of the group that a sysctl names",
    "it does not matter for ioctls that change nothing of the console",
    "it does not matter for SIGCONT to a process of the same session",
    "it does not matter where the file may be written to all the same",
});

}  // namespace

const char* site_test_text(SiteTest test) { return test_texts[test]; }

const char* site_class_name(SiteClass site_class) { return class_texts[site_class].name; }

const char* site_class_text(SiteClass site_class) { return class_texts[site_class].text; }

std::string site_text(const SiteRow& row) {
    if (row.asked_by.empty() || row.note.empty())
        return row.asked_by + row.note;
    return row.asked_by + ": " + row.note;
}

}  // namespace caprec
