// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "analyzer/emit/text.h"

namespace caprec {

void minimal_text(const Analysis& analysis, std::ostream& out) {
    for (const unsigned number : analysis.minimal.capabilities.members())
        out << capability_name(number) << '\n';
}

void minimal_notes_text(const Analysis& analysis, const TextStyle& style, std::ostream& out) {
    const MinimalSet& minimal = analysis.minimal;
    out << incomplete_text(analysis.completeness, style);
    for (const unsigned number : minimal.unclassified.members())
        out << "# " << capability_name(number)
            << ": unclassified: kept, as the recording does not tell whether it mattered\n";
    if (!style.verbose)
        return;
    if (minimal.capabilities.empty())
        out << "# none: it needs no capability\n";
    for (const Clause& clause : minimal.clauses) {
        out << "# " << capability_name(clause.chosen) << ':';
        if (clause.any_of.size() < 2)
            out << " nothing else would do";
        else
            out << " one of";
        for (const unsigned number : clause.any_of) {
            if (clause.any_of.size() > 1)
                out << ' ' << capability_name(number);
        }
        out << '\n';
    }
}

}  // namespace caprec
