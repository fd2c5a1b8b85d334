// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/risk.h"
#include "analyzer/emit/answers/why.h"
#include "analyzer/emit/pieces/json_values.h"

namespace caprec {

void why_json(const Analysis& analysis, unsigned capability, std::ostream& out) {
    const CapabilityFinding* finding = find_finding(analysis, capability);
    Json clauses = Json::array();
    for (const Clause& clause : analysis.minimal.clauses)
        if (CapabilitySet::of(clause.any_of).contains(capability))
            clauses.push_back(clause_json(clause));
    Json reasons = finding != nullptr ? reasons_json(*finding) : Json::array();
    write_document({{"schema", "capanalyze/why/1"},
                    {"trace", trace_json(analysis.run, analysis.completeness)},
                    {"capability", capability_name(capability)},
                    {"risk", risk_name(risk_of(capability))},
                    {"in_minimal_set", analysis.minimal.capabilities.contains(capability)},
                    {"unclassified", analysis.minimal.unclassified.contains(capability)},
                    {"verdict", finding != nullptr ? Json(verdict_name(finding->verdict)) : Json(nullptr)},
                    {"mixed", finding != nullptr && finding->mixed},
                    {"granted", finding != nullptr ? finding->granted : 0},
                    {"denied", finding != nullptr ? finding->denied : 0},
                    {"groups", std::move(clauses)},
                    {"reasons", std::move(reasons)},
                    {"more_reasons", finding != nullptr ? finding->more_reasons : 0},
                    {"refused_otherwise", refusals_json(analysis.others)},
                    {"more_refused_otherwise", analysis.others.more}},
                   analysis.processes, out);
}

}  // namespace caprec
