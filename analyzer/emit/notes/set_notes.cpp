// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "analyzer/analysis/unread_files.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/pieces/inside_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/refusal_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

void write_clauses(const MinimalSet& set, const std::string& start, std::ostream& out) {
    for (const Clause& clause : set.clauses) {
        out << start << capability_name(clause.chosen) << ':';
        out << (clause.any_of.size() < 2 ? " nothing else would do" : " one of");
        for (const unsigned number : clause.any_of)
            if (clause.any_of.size() > 1)
                out << ' ' << capability_name(number);
        out << '\n';
    }
}

void write_part(const FormatInput& input, const Part& part, bool verbose, std::ostream& out) {
    const std::string title = title_of(part, input.split);
    const std::string start = "# " + (title.empty() ? title : title + ": ");
    for (const unsigned number : part.set.unclassified.members())
        out << start << capability_name(number)
            << ": unclassified: kept, as the recording does not tell whether it mattered\n";
    for (const unsigned number : missing_in({part}).members())
        out << start << capability_name(number)
            << ": denied, and something failed for it; what the command does with it was not seen\n";
    if (!part.left_out.empty())
        out << start << left_out_text({part})
            << ": denied in look-ups only, while something else failed; not in the set\n";
    if (!verbose)
        return;
    if (part.set.capabilities.empty())
        out << start
            << (!missing_text(input.analysis).empty()   ? "none that it had\n"
                : !input.analysis.completeness.complete ? "none; what is not in the recording may need some\n"
                                                        : "none: it needs no capability\n");
    write_clauses(part.set, start, out);
}

}  // namespace

void set_notes_text(const FormatInput& input, bool verbose, std::ostream& out) {
    for (const Part& part : input.parts)
        write_part(input, part, verbose, out);
    if (const std::string inside = inside_text(input.analysis); !inside.empty())
        out << "# " << inside << (input.inside ? "; what is printed is that set\n" : "; not in the set\n");
    if (const std::string refused = refusal_note(input.analysis.others.calls); !refused.empty())
        out << "# calls were " << refused << '\n';
    if (const std::string survivors = survivors_note(input.analysis.run); !survivors.empty())
        out << "# " << survivors << '\n';
    for (const std::string& unread : unread_file_notes(input.analysis.run))
        out << "# " << escape(unread) << '\n';
    const std::string missing = missing_text(input.analysis, union_of(input.parts));
    if (!missing.empty())
        out << "# denied, and something failed for it; not in the set"
            << (input.include_missing ? ": " : " without --include-missing: ") << missing << '\n';
}

}  // namespace caprec
