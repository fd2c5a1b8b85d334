// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/unread_files.h"

#include <algorithm>
#include <iterator>

#include "analyzer/analysis/image_name.h"

namespace caprec {
namespace {

constexpr std::string_view words =
    "what capabilities the executed file has could not be read, as it was gone, changed or out of reach by then; "
    "where its effective bit is set, they are needed, too";

}  // namespace

std::string unread_file_note(std::string_view image) { return image_label(image) + ": " + std::string(words); }

std::vector<std::string> unread_file_notes(const RunFacts& run) {
    std::vector<std::string> notes;
    std::ranges::copy_if(run.notes, std::back_inserter(notes),
                         [](const std::string& note) { return note.find(words) != note.npos; });
    return notes;
}

}  // namespace caprec
