// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/json.h"
#include "analyzer/emit/json_values.h"

namespace caprec {
namespace {

Json reasons_json(const std::vector<Reason>& reasons) {
    Json list = Json::array();
    for (const Reason& reason : reasons)
        list.push_back(reason_json(reason));
    return list;
}

Json capabilities_json(const std::vector<CapabilityFinding>& findings) {
    Json list = Json::array();
    for (const CapabilityFinding& finding : findings)
        list.push_back({{"name", capability_name(finding.capability)},
                        {"verdict", verdict_name(finding.verdict)},
                        {"granted", finding.granted},
                        {"denied", finding.denied},
                        {"runs", finding.runs},
                        {"mixed", finding.mixed},
                        {"reasons", reasons_json(finding.reasons)},
                        {"more_reasons", finding.more_reasons}});
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
        set_bytes(json, "image", note.image);
        json["capabilities"] = capability_names(note.capabilities);
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

}  // namespace

void report_json(const Analysis& analysis, std::ostream& out) {
    write_document({{"schema", "capanalyze/report/1"},
                    {"trace", trace_json(analysis.run, analysis.completeness)},
                    {"minimal", minimal_set_json(analysis.minimal)},
                    {"capabilities", capabilities_json(analysis.capabilities)},
                    {"failures", failures_json(analysis.failures.reasons)},
                    {"more_failures", analysis.failures.more},
                    {"refused", failures_json(analysis.refused.reasons)},
                    {"more_refused", analysis.refused.more},
                    {"tolerated", failures_json(analysis.tolerated.reasons)},
                    {"more_tolerated", analysis.tolerated.more},
                    {"kept", kept_json(analysis.kept)},
                    {"noise", noise_json(analysis.noise)}},
                   analysis.processes, out);
}

void tree_json(const Analysis& analysis, std::ostream& out) {
    write_document({{"schema", "capanalyze/tree/1"}, {"trace", trace_json(analysis.run, analysis.completeness)}},
                   analysis.processes, out);
}

}  // namespace caprec
