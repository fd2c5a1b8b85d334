// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/change_text.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analyzer/emit/call_text.h"
#include "analyzer/emit/escape.h"
#include "analyzer/symbols/file_finder.h"

namespace caprec {
namespace {

constexpr std::size_t object_columns = 60;

// "{" stands for the capability.
struct KindRow {
    const char* text;
    bool minor;
};
// In the order of ChangeKind.
constexpr std::array<KindRow, 9> kind_rows = {{
    {"newly fails without {", false},
    {"newly needs {", false},
    {"needs { in another way", false},
    {"is newly denied {, and does without", false},
    {"no longer needs {", false},
    {"no longer fails without {", false},
    {"is no longer denied {", false},
    {"newly asks for {, and does not need it", true},
    {"no longer asks for {, which it did not need", true},
}};

const KindRow& row_of(ChangeKind kind) { return kind_rows.at(static_cast<std::size_t>(kind)); }

}  // namespace

bool is_minor(ChangeKind kind) { return row_of(kind).minor; }

std::string program_text(const Change& change) {
    const std::string& image = change.image.empty() ? change.image_before : change.image;
    return image.empty() ? "(program not known)" : escape(image);
}

std::string headline(const Change& change) {
    const bool unsure = change.kind == ChangeKind::newly_needed && change.after == NeedState::unclassified;
    std::string text = unsure ? "may newly need {" : row_of(change.kind).text;
    return text.replace(text.find('{'), 1, capability_name(change.capability));
}

const char* state_text(NeedState state) {
    switch (state) {
        case NeedState::not_asked: return "never asked";
        case NeedState::not_needed: return "asked, not needed";
        case NeedState::tolerated: return "denied, did without";
        case NeedState::alternative: return "one of several needed";
        case NeedState::required: return "required";
        case NeedState::unclassified: return "not known whether needed";
        case NeedState::missing: return "denied, and something failed";
    }
    return "";
}

std::string states_text(const Change& change) {
    std::string text = std::string("before: ") + state_text(change.before);
    if (change.image_before.empty() && !change.image.empty())
        text += " (this program did not run)";
    else if (!change.image.empty() && change.image_before != change.image)
        text += " (as " + escape(change.image_before) + ')';
    text += std::string("; now: ") + state_text(change.after);
    if (change.image.empty() && !change.image_before.empty())
        text += " (this program did not run)";
    return text;
}

std::string call_of(const Change& change) {
    if (!change.reason)
        return {};
    std::string text = call_text(*change.reason, object_columns);
    if (!change.reason->site.empty())
        text += " in " + escape(change.reason->site);
    return text;
}

std::string file_text(const ChangedFile& file) {
    return escape(file.path) + " (build id " + build_id_text(file.build_id_before) + " -> " +
           build_id_text(file.build_id_after) + ")";
}

std::vector<const ChangedFile*> changed_files_of(const Diff& diff, const Change& change) {
    std::vector<const ChangedFile*> files;
    for (const ChangedFile& file : diff.files) {
        const bool in_stack =
            change.reason && std::ranges::any_of(change.reason->user_stack.frames,
                                                 [&](const UserFrame& frame) { return frame.module == file.path; });
        if (file.path == change.image || in_stack)
            files.push_back(&file);
    }
    return files;
}

}  // namespace caprec
