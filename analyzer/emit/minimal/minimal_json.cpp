// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
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
    if (!whole) {
        Json parts = Json::array();
        for (const Part& part : input.parts) {
            Json json = Json::object();
            if (input.split == Split::image)
                set_image(json, "image", part.name);
            else
                set_bytes(json, "phase", part.name);
            json.update(minimal_set_json(part.set));
            parts.push_back(std::move(json));
        }
        document["parts"] = std::move(parts);
    }
    if (input.split == Split::phase)
        document["drops"] = drops_json(input.analysis.drops);
    write_document(document, out);
}

}  // namespace caprec
