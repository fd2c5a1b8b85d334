// SPDX-License-Identifier: Apache-2.0
#include "tests/live/analyzed.h"

namespace caprec {
namespace {

const nlohmann::json* finding(const nlohmann::json& report, const std::string& capability) {
    for (const nlohmann::json& each : report.at("capabilities"))
        if (each.at("name") == capability)
            return &each;
    return nullptr;
}

}  // namespace

Ended AnalyzedTest::capanalyze(const std::vector<std::string>& arguments) const {
    Launch plan;
    plan.argv = {CAPREC_BINARY_DIR "/analyzer/capanalyze"};
    plan.argv.insert(plan.argv.end(), arguments.begin(), arguments.end());
    plan.directory = directory();
    return run(plan);
}

nlohmann::json AnalyzedTest::json(const std::vector<std::string>& arguments) const {
    const Ended ended = capanalyze(arguments);
    EXPECT_EQ(ended.status, 0) << ended.err;
    return nlohmann::json::parse(ended.out);
}

nlohmann::json AnalyzedTest::report(const std::vector<std::string>& command, int status,
                                    const std::vector<std::string>& options) const {
    const Recorded recorded = record_all(command, options);
    EXPECT_EQ(recorded.ended.status, status) << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
    return json({"--json", "report", "run.cap"});
}

AnalyzedTest::Names AnalyzedTest::minimal(const nlohmann::json& report) {
    return report.at("minimal").at("capabilities").get<Names>();
}

AnalyzedTest::Names AnalyzedTest::clause(const nlohmann::json& report, const std::string& chosen) {
    for (const nlohmann::json& group : report.at("minimal").at("groups"))
        if (group.at("chosen") == chosen)
            return group.at("any_of").get<Names>();
    return {};
}

AnalyzedTest::Names AnalyzedTest::rules(const nlohmann::json& report, const std::string& capability) {
    Names names;
    if (const nlohmann::json* found = finding(report, capability))
        for (const nlohmann::json& reason : found->at("reasons"))
            names.insert(reason.at("rule").get<std::string>());
    return names;
}

AnalyzedTest::Names AnalyzedTest::listed(const nlohmann::json& report, const std::string& list) {
    Names names;
    for (const nlohmann::json& reason : report.at(list))
        names.insert(reason.at("capability").get<std::string>());
    return names;
}

std::string AnalyzedTest::verdict(const nlohmann::json& report, const std::string& capability) {
    const nlohmann::json* found = finding(report, capability);
    return found != nullptr ? found->at("verdict").get<std::string>() : "";
}

}  // namespace caprec
