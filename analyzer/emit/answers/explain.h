// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "analyzer/emit/pieces/text_style.h"
#include "analyzer/knowledge/knowledge.h"

namespace caprec {

// All that is known of a capability (by its number), or of a function of the kernel.
struct Explanation {
    std::optional<unsigned> capability;  // nothing: it is about a function
    std::string function;
    std::vector<const SiteRow*> rows;  // in the order of the knowledge file
    KnowledgeName knowledge;
};

void explain_text(const Explanation& explanation, const TextStyle& style, std::ostream& out);
void explain_json(const Explanation& explanation, std::ostream& out);

}  // namespace caprec
