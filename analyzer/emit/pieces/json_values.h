// SPDX-License-Identifier: Apache-2.0
//
// The parts that the JSON outputs share; docs/json.md describes what they look like.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/analysis.h"

namespace caprec {

using Json = nlohmann::ordered_json;  // fields stay in the order of the documentation

// Sets object[key] to the text; bytes that are not UTF-8 become U+FFFD there, and object[key + "_b64"] has them all.
void set_bytes(Json& object, const std::string& key, std::string_view bytes);
void set_bytes(Json& object, const std::string& key, const std::vector<std::string>& list);  // "_b64": all elements

// Sets object[key] to the path of the program, and object[key + "_place"] to where it ran, when that is not where the
// command was started.
void set_image(Json& object, const std::string& key, std::string_view image);

Json capability_names(CapabilitySet set);
Json capability_names(const std::vector<unsigned>& numbers);
Json optional_number(std::optional<int> number);  // null for nothing
Json errno_or_null(std::optional<int> error);     // "EPERM"

// "unit", "container" and, for one, "container_name", "container_engine"; of Kubernetes "pod", "qos".
void set_keeper(Json& json, const Keeper& keeper);

Json losses_json(const Losses& losses);
// The "trace" object of every output that is about one whole trace.
Json trace_json(const RunFacts& run, const Completeness& completeness);
Json clause_json(const Clause& clause);
Json minimal_set_json(const MinimalSet& minimal);
void set_inside(Json& document, const Analysis& analysis);  // "inside"; nothing when nothing was asked in there
Json reason_json(const Reason& reason);
Json reasons_json(const CapabilityFinding& finding);
Json user_frame_json(const UserFrame& frame);
void set_user_stack(Json& json, const ResolvedStack& stack);  // "user_stack", "user_stack_incomplete"

// One document, indented, ASCII only (so that nothing in it can upset a terminal), and a final newline.
void write_document(const Json& document, std::ostream& out);
// The same, with a last field "processes", one on each line.  There may be a great many, so they are never one value in
// memory.
void write_document(const Json& document, const std::vector<Process>& processes, std::ostream& out);
// A document on one line.
std::string json_line(const Json& document);

// [{"image": ..., "syscall": "unlinkat", "errno": "EPERM", ... "why": "may be an immutable file"}]
Json refusals_json(const OtherRefusals& refusals);
// [{"image": ..., "step": 1, "syscall": "setuid", "permitted": [...], "bounding": [...]}]
Json drops_json(const std::vector<DropStep>& steps);

}  // namespace caprec
