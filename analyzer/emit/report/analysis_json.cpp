// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/parts_json.h"
#include "analyzer/emit/pieces/json_values.h"
#include "analyzer/emit/report/json.h"
#include "analyzer/emit/report/keeper_table.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

Json capabilities_json(const std::vector<CapabilityFinding>& findings) {
    Json list = Json::array();
    for (const CapabilityFinding& finding : findings) {
        Json json = {{"name", capability_name(finding.capability)},
                     {"verdict", verdict_name(finding.verdict)},
                     {"granted", finding.granted},
                     {"denied", finding.denied},
                     {"runs", finding.runs},
                     {"mixed", finding.mixed},
                     {"reasons", reasons_json(finding)},
                     {"more_reasons", finding.more_reasons}};
        if (!finding.met_by.empty())
            json["met_by"] = capability_names(finding.met_by);
        list.push_back(std::move(json));
    }
    return list;
}

Json failures_json(const std::vector<Reason>& failures) {
    Json list = Json::array();
    for (const Reason& failure : failures) {
        Json json;
        json["capability"] = capability_name(failure.capability);
        json.update(reason_json(failure));
        list.push_back(std::move(json));
    }
    return list;
}

Json kept_json(const std::vector<KeptNote>& notes) {
    Json list = Json::array();
    for (const KeptNote& note : notes) {
        Json json;
        set_image(json, "image", note.image);
        json["capabilities"] = capability_names(note.capabilities);
        list.push_back(std::move(json));
    }
    return list;
}

Json lookers_json(const std::vector<std::string>& images) {
    Json list = Json::array();
    for (const std::string& image : images) {
        Json json;
        set_image(json, "image", image);
        list.push_back(std::move(json));
    }
    return list;
}

Json noise_json(const std::vector<NoiseLine>& noise) {
    Json list = Json::array();
    for (const NoiseLine& line : noise)
        list.push_back({{"rule", line.rule},
                        {"why", line.why},
                        {"count", line.count},
                        {"capabilities", capability_names(line.capabilities)}});
    return list;
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4];
        text += digits[static_cast<unsigned char>(byte) & 15];
    }
    return text;
}

Json capabilities_of_file(const ProgramFile& file) {
    if (!file.capabilities_known)
        return nullptr;
    return {{"permitted", capability_names(file.permitted)},
            {"inheritable", capability_names(file.inheritable)},
            {"effective", file.effective},
            {"root_id", file.root_id}};
}

// Older traces do not tell of any file.
Json with_program_files(Json document, const std::vector<ProgramFile>& files) {
    Json list = Json::array();
    for (const ProgramFile& file : files) {
        Json json = {{"id", list.size() + 1}};
        set_image(json, "image", file.image);
        json["device"] = file.device;
        json["inode"] = file.inode;
        json["build_id"] = file.is_build_id ? Json(hexadecimal(file.content)) : Json(nullptr);
        json["sha256"] = file.is_build_id || file.content.empty() ? Json(nullptr) : Json(hexadecimal(file.content));
        json["mode"] = file.mode != 0 ? Json(file.mode) : Json(nullptr);
        json["owner"] = file.mode != 0 ? Json(file.owner) : Json(nullptr);
        json["group"] = file.mode != 0 ? Json(file.group) : Json(nullptr);
        json["mount_namespace"] = file.mount_namespace;
        set_bytes(json, "root", file.root);
        json["capabilities"] = capabilities_of_file(file);
        list.push_back(std::move(json));
    }
    if (!files.empty())
        document["program_files"] = std::move(list);
    return document;
}

}  // namespace

void report_json(const Analysis& analysis, const ReportParts& parts, std::ostream& out) {
    Json document = {{"schema", "capanalyze/report/1"},
                     {"trace", trace_json(analysis.run, analysis.completeness)},
                     {"minimal", minimal_set_json(analysis.minimal)},
                     {"capabilities", capabilities_json(analysis.capabilities)},
                     {"failures", failures_json(analysis.failures.reasons)},
                     {"more_failures", analysis.failures.more},
                     {"refused", failures_json(analysis.refused.reasons)},
                     {"more_refused", analysis.refused.more},
                     {"given_up", failures_json(analysis.given_up.reasons)},
                     {"more_given_up", analysis.given_up.more},
                     {"tolerated", failures_json(analysis.tolerated.reasons)},
                     {"more_tolerated", analysis.tolerated.more},
                     {"refused_otherwise", refusals_json(analysis.others)},
                     {"more_refused_otherwise", analysis.others.more},
                     {"kept", kept_json(analysis.kept)},
                     {"drops", drops_json(analysis.drops)},
                     {"lookers", lookers_json(analysis.lookers)},
                     {"noise", noise_json(analysis.noise)}};
    set_inside(document, analysis);
    if (!analysis.keeper_findings.empty())
        document["keepers"] = keepers_json(analysis.keeper_findings);
    if (parts.split != Split::run)
        document["parts"] = parts_json(parts.parts, parts.split);
    write_document(with_program_files(document, analysis.program_files), analysis.processes, out);
}

void tree_json(const Analysis& analysis, std::ostream& out) {
    const Json document = {{"schema", "capanalyze/tree/1"},
                           {"trace", trace_json(analysis.run, analysis.completeness)},
                           {"refused_otherwise", refusals_json(analysis.others)},
                           {"more_refused_otherwise", analysis.others.more}};
    write_document(with_program_files(document, analysis.program_files), analysis.processes, out);
}

}  // namespace caprec
