// SPDX-License-Identifier: Apache-2.0
//
// SARIF 2.1.0 (OASIS standard): one run of one tool, a result for each change.
#include <string>
#include <string_view>

#include "analyzer/emit/change_text.h"
#include "analyzer/emit/diff_writers.h"
#include "analyzer/emit/json_values.h"
#include "analyzer/emit/user_stack_text.h"

namespace caprec {
namespace {

// Of a path: what a URI does not allow is encoded byte by byte (RFC 3986, section 2).
std::string uri_of(std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF", allowed = "/-._~";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char letter : path) {
        const auto value = static_cast<unsigned char>(letter);
        const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                              (letter >= '0' && letter <= '9') || allowed.find(letter) != std::string_view::npos;
        if (is_plain) {
            uri += letter;
        } else {
            uri += '%';
            uri += digits[value >> 4];
            uri += digits[value & 15];
        }
    }
    return uri;
}

// The source line when it is known, otherwise the program.
Json location_of(const Change& change) {
    const UserFrame* frame = change.reason ? calling_frame(change.reason->user_stack) : nullptr;
    Json physical;
    if (frame != nullptr && !frame->file.empty() && frame->line != 0) {
        physical = {{"artifactLocation", {{"uri", uri_of(frame->file)}}}, {"region", {{"startLine", frame->line}}}};
    } else {
        const std::string& image = change.image.empty() ? change.image_before : change.image;
        physical = {{"artifactLocation", {{"uri", uri_of(image.empty() ? "unknown" : image)}}}};
    }
    Json location = {{"physicalLocation", std::move(physical)}};
    if (frame != nullptr && !frame->function.empty()) {
        Json function;
        set_bytes(function, "name", frame->function);
        location["logicalLocations"] = Json::array({{{"name", function["name"]}, {"kind", "function"}}});
    }
    return location;
}

Json result_of(const Change& change) {
    std::string message = program_text(change) + ' ' + headline(change) + " (" + standings_text(change) + ')';
    if (const std::string call = call_of(change); !call.empty())
        message += ": " + call;
    return {{"ruleId", change_kind_name(change.kind)},
            {"level", change.regression ? "error" : "note"},
            {"message", {{"text", message}}},
            {"locations", Json::array({location_of(change)})},
            {"partialFingerprints",
             {{"programAndCapability/v1", program_text(change) + ' ' + capability_name(change.capability)}}},
            {"properties",
             {{"capability", capability_name(change.capability)},
              {"verdict_before", standing_name(change.before)},
              {"verdict_after", standing_name(change.after)}}}};
}

Json rules() {
    Json list = Json::array();
    for (const ChangeKind kind : all_change_kinds)
        list.push_back({{"id", change_kind_name(kind)}, {"shortDescription", {{"text", description(kind)}}}});
    return list;
}

Json notifications(const DiffView& view) {
    Json list = Json::array();
    for (const Remark& remark : remarks(view))
        list.push_back({{"level", remark.incomplete ? "warning" : "note"}, {"message", {{"text", remark.text}}}});
    return list;
}

}  // namespace

void diff_sarif(const DiffView& view, const TextStyle& style, std::ostream& out) {
    Json results = Json::array();
    for (const Change* change : shown_changes(view, style.verbose))
        results.push_back(result_of(*change));
    const Json driver = {{"name", "capanalyze"}, {"version", view.version}, {"rules", rules()}};
    const Json invocation = {{"executionSuccessful", true}, {"toolExecutionNotifications", notifications(view)}};
    const Json run = {
        {"tool", {{"driver", driver}}}, {"invocations", Json::array({invocation})}, {"results", std::move(results)}};
    write_document({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}},
                   out);
}

}  // namespace caprec
