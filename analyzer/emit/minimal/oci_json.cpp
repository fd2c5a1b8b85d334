// SPDX-License-Identifier: Apache-2.0
//
// JSON has no comments, and a set from a lossy trace must not look safe: doubts are annotations, which every runtime
// passes on and nobody acts on.
#include "analyzer/analysis/unread_files.h"
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/words/utf8.h"

namespace caprec {
namespace {

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += (text.empty() ? "" : "; ") + to_utf8(line);
    return text;
}

std::string problems_text(const Completeness& completeness) {
    return completeness.problems.empty() ? "a part of the trace is missing" : joined(completeness.problems);
}

CapabilitySet unclassified_in(const std::vector<Part>& parts) {
    CapabilitySet set;
    for (const Part& part : parts)
        set |= part.set.unclassified;
    return set;
}

Json annotations(const FormatInput& input, CapabilitySet all) {
    Json json = Json::object();
    if (!input.analysis.completeness.complete)
        json["capanalyze.incomplete"] = problems_text(input.analysis.completeness);
    if (const std::string survivors = survivors_note(input.analysis.run); !survivors.empty())
        json["capanalyze.survivors"] = survivors;
    if (const std::string unread = joined(unread_file_notes(input.analysis.run)); !unread.empty())
        json["capanalyze.unread"] = unread;
    if (const CapabilitySet uncertain = unclassified_in(input.parts); !uncertain.empty())
        json["capanalyze.uncertain"] = capability_list(uncertain);
    if (const CapabilitySet missing = missing_in(input.parts); !missing.empty())
        json["capanalyze.missing"] = capability_list(missing);
    // The specification allows only letters and underscores in a name, so that CAP_41 would not be valid.
    if (const CapabilitySet unnamed = nameless(all); !unnamed.empty())
        json["capanalyze.left-out"] = capability_list(unnamed);
    return json;
}

}  // namespace

// A container has one set for all that runs in it, so parts count together.
void write_oci(const FormatInput& input, std::ostream& out) {
    const CapabilitySet all = union_of(input.parts);
    const Json names = capability_names(named(all));
    // Without root, nothing but the ambient set carries capabilities into the program.
    const Json inherited = identity_of(input.analysis.run.header).root() ? Json::array() : names;
    Json document = {{"process",
                      {{"capabilities",
                        {{"bounding", names},
                         {"effective", names},
                         {"permitted", names},
                         {"inheritable", inherited},
                         {"ambient", inherited}}}}}};
    if (Json notes = annotations(input, all); !notes.empty())
        document["annotations"] = std::move(notes);
    write_document(document, out);
}

}  // namespace caprec
