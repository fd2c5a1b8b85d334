// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/parts_json.h"
#include "analyzer/emit/pieces/json_values.h"

namespace caprec {

// "minimal" is the set of the whole run, even when it was split.
void write_json(const FormatInput& input, std::ostream& out) {
    const bool whole = input.split == Split::run;
    Json document = {
        {"schema", "capanalyze/minimal/1"},
        {"trace", trace_json(input.analysis.run, input.analysis.completeness)},
        {"minimal", minimal_set_json(whole ? input.parts.front().set : input.analysis.minimal)},
    };
    set_inside(document, input.analysis);
    if (!whole)
        document["parts"] = parts_json(input.parts, input.split);
    if (input.split == Split::phase)
        document["drops"] = drops_json(input.analysis.drops);
    write_document(document, out);
}

}  // namespace caprec
