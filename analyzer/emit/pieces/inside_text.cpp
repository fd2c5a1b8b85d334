// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/inside_text.h"

#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

std::string inside_text(const Analysis& analysis) {
    const InsideNeeds& inside = analysis.inside;
    std::string text;
    if (!inside.minimal.capabilities.empty())
        text = "needs " + capability_list(inside.minimal.capabilities);
    if (!inside.minimal.unclassified.empty())
        text += " (uncertain: " + capability_list(inside.minimal.unclassified) + ')';
    if (!inside.missing.empty())
        text += (text.empty() ? "missing " : ", missing ") + capability_list(inside.missing) +
                ": denied, and something failed for it";
    return text.empty() ? text : "Inside its own user namespace: " + text;
}

std::string inside_advice(const Analysis& analysis) {
    return analysis.inside.by_choice()
               ? "The host need not give these: whoever chose the set in there does, such as podman run --cap-add."
               : "The host need not give these: who makes a user namespace has them in there.";
}

}  // namespace caprec
