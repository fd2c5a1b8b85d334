// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/risk.h"
#include "analyzer/emit/answers/explain.h"
#include "analyzer/emit/pieces/json_values.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

Json bytes_json(const std::vector<std::string>& words) {
    Json list = Json::array();
    for (const std::string& word : words)
        list.push_back(word);  // invalid UTF-8 is replaced when it is written
    return list;
}

const char* audit_name(SiteAudit audit) {
    return audit == SiteAudit::audited ? "audit" : audit == SiteAudit::not_audited ? "noaudit" : "unknown";
}

Json row_json(const SiteRow& row) {
    Json refusals = Json::array();
    for (const int error : row.refusals)
        refusals.push_back(errno_name(error));
    return {{"sites", bytes_json(row.sites)},
            {"within", row.within.empty() ? Json(nullptr) : Json(row.within)},
            {"capabilities", capability_names(row.capabilities)},
            {"class", site_class_name(row.site_class)},
            {"any_of", capability_names(row.any_of)},
            {"condition", site_test_text(row.test)},
            {"refusal", std::move(refusals)},
            {"refused_in_ack", row.refused_in_ack},
            {"refused_silently", row.refused_silently},
            {"audit", audit_name(row.audit)},
            {"asked_by", row.asked_by},
            {"note", row.note},
            {"line", row.line}};
}

}  // namespace

void explain_json(const Explanation& explanation, std::ostream& out) {
    Json rows = Json::array();
    for (const SiteRow* row : explanation.rows)
        rows.push_back(row_json(*row));
    Json document = {
        {"schema", "capanalyze/explain/1"},
        {"knowledge", {{"source", explanation.knowledge.source}, {"version", explanation.knowledge.version}}}};
    if (explanation.capability) {
        document["capability"] = capability_name(*explanation.capability);
        document["risk"] = risk_name(risk_of(*explanation.capability));
        document["allows"] = risk_text(*explanation.capability);
    } else {
        document["function"] = explanation.function;
    }
    document["rows"] = std::move(rows);
    write_document(document, out);
}

}  // namespace caprec
