// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/policy_result.h"
#include "analyzer/emit/compare/policy_words.h"
#include "analyzer/emit/pieces/json_values.h"

namespace caprec {
namespace {

void set_place(Json& json, const PolicyPlace& place) {
    set_bytes(json, "file", place.file);
    json["line"] = place.line != 0 ? Json(place.line) : Json(nullptr);
}

Json finding_json(const PolicyResultView& view, const PolicyFinding& finding) {
    Json json = {{"kind", policy_finding_name(finding.kind)}};
    set_image(json, "image", finding.image);
    json["any_of"] = capability_names(finding.any_of);
    json["certain"] = finding.certain;
    json["runs"] = finding.runs;
    json["of_runs"] = finding.of_runs;
    set_place(json, closest_place(view, finding));
    json["closest"] = closest_text(view, finding);
    const Reason* reason = finding.reason ? &*finding.reason : nullptr;
    set_bytes(json, "syscall", reason != nullptr ? reason->syscall : "");
    set_bytes(json, "object", reason != nullptr ? reason->object : "");
    json["errno"] = reason != nullptr ? errno_or_null(reason->error) : Json(nullptr);
    json["reason"] = reason != nullptr ? reason_json(*reason) : Json(nullptr);
    return json;
}

Json unused_json(const PolicyResultView& view, const UnusedAllowance& unused) {
    const PolicyRule& rule = view.policy.rules[unused.rule];
    Json json = Json::object();
    set_place(json, rule.place);
    set_bytes(json, "words", rule.words);
    set_bytes(json, "why", rule.why);
    json["capabilities"] = capability_names(unused.capabilities);
    json["program_ran"] = unused.program_ran;
    return json;
}

}  // namespace

void policy_result_json(const PolicyResultView& view, std::ostream& out) {
    Json policy = Json::object();
    set_bytes(policy, "file", view.policy.file);
    policy["format"] = view.policy.format;
    set_bytes(policy, "assumptions", view.policy.assumptions);
    Json document = {{"schema", "capanalyze/check/1"},
                     {"fits", view.result.fits()},
                     {"trace", trace_json(view.analysis.run, view.analysis.completeness)},
                     {"policy", std::move(policy)},
                     {"programs", view.result.programs},
                     {"violations", Json::array()},
                     {"notes", Json::array()},
                     {"not_used", Json::array()}};
    document["conditions"] = conditions(view);  // escaped
    document["refused_otherwise"] = refusals_json(view.analysis.others);
    for (const PolicyFinding& finding : view.result.findings)
        document[is_violation(finding.kind) ? "violations" : "notes"].push_back(finding_json(view, finding));
    for (const UnusedAllowance& unused : view.result.unused)
        document["not_used"].push_back(unused_json(view, unused));
    write_document(document, out);
}

}  // namespace caprec
