// SPDX-License-Identifier: Apache-2.0
//
// SARIF 2.1.0 (OASIS standard): one run of one tool, a result for each finding.
#include <string>
#include <string_view>

#include "analyzer/emit/ci/findings.h"
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/pieces/user_stack_text.h"

namespace caprec {
namespace {

// The URI of a path: what a URI does not allow is encoded byte by byte (RFC 3986, section 2).
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

Json physical_location(std::string_view file, std::size_t line) {
    Json physical = {{"artifactLocation", {{"uri", uri_of(file)}}}};
    if (line != 0)
        physical["region"] = {{"startLine", line}};
    return {{"physicalLocation", std::move(physical)}};
}

// The source line when it is known, otherwise the program.
Json program_location(const ListedFinding& finding) {
    const UserFrame* frame = finding.reason != nullptr ? calling_frame(finding.reason->user_stack) : nullptr;
    const bool has_line = frame != nullptr && !frame->file.empty() && frame->line != 0;
    Json location = has_line ? physical_location(frame->file, frame->line)
                             : physical_location(finding.image.empty() ? "unknown" : finding.image, 0);
    if (frame != nullptr && !frame->function.empty()) {
        Json function;
        set_bytes(function, "name", frame->function);
        location["logicalLocations"] = Json::array({{{"name", function["name"]}, {"kind", "function"}}});
    }
    return location;
}

Json result_of(const ListedFinding& finding) {
    std::string message = finding.message + (finding.detail.empty() ? "" : " (" + finding.detail + ')');
    if (const std::string call = call_of(finding.reason); !call.empty())
        message += ": " + call;
    Json properties = {{"capability", finding.capability}};
    for (const auto& [name, value] : finding.properties)
        properties[std::string(name)] = value;
    Json locations = Json::array();
    for (const SourcePlace& place : finding.places)
        locations.push_back(physical_location(place.file, place.line));
    const bool has_place = !locations.empty();
    Json result = {{"ruleId", finding.id},
                   {"level", finding.is_error ? "error" : "note"},
                   {"message", {{"text", message}}},
                   {"locations", has_place ? std::move(locations) : Json::array({program_location(finding)})}};
    if (has_place && finding.reason != nullptr)
        result["relatedLocations"] = Json::array({program_location(finding)});
    result["partialFingerprints"] = {{"programAndCapability/v1", finding.program + ' ' + finding.capability}};
    result["properties"] = std::move(properties);
    return result;
}

Json rules(const FindingList& list) {
    Json json = Json::array();
    for (const auto& [id, description] : list.rules)
        json.push_back({{"id", id}, {"shortDescription", {{"text", description}}}});
    return json;
}

Json notifications(const FindingList& list) {
    Json json = Json::array();
    for (const Remark& remark : list.remarks)
        json.push_back({{"level", remark.incomplete ? "warning" : "note"}, {"message", {{"text", remark.text}}}});
    return json;
}

}  // namespace

void write_sarif(const FindingList& list, std::ostream& out) {
    Json results = Json::array();
    for (const ListedFinding& finding : list.findings)
        results.push_back(result_of(finding));
    const Json driver = {{"name", "capanalyze"}, {"version", list.version}, {"rules", rules(list)}};
    const Json invocation = {{"executionSuccessful", true}, {"toolExecutionNotifications", notifications(list)}};
    const Json run = {
        {"tool", {{"driver", driver}}}, {"invocations", Json::array({invocation})}, {"results", std::move(results)}};
    write_document({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}},
                   out);
}

}  // namespace caprec
