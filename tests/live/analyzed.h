// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/live/live_test.h"

namespace caprec {

// A test that asks capanalyze about what it recorded.
class AnalyzedTest : public LiveTest {
protected:
    using Names = std::set<std::string>;

    // capanalyze ARGUMENTS in the directory; the trace is run.cap.
    Ended capanalyze(const std::vector<std::string>& arguments) const;
    nlohmann::json json(const std::vector<std::string>& arguments) const;  // output of a command that must succeed

    // The report of a command that ends with `status`, and whose trace lost nothing.
    nlohmann::json report(const std::vector<std::string>& command, int status = 0,
                          const std::vector<std::string>& options = {}) const;

    // Parts of a report.
    static Names minimal(const nlohmann::json& report);
    static Names clause(const nlohmann::json& report, const std::string& chosen);  // capabilities that would do as well
    static Names rules(const nlohmann::json& report, const std::string& capability);
    static Names listed(const nlohmann::json& report, const std::string& list);  // the capabilities in "failures"
    static std::string verdict(const nlohmann::json& report, const std::string& capability);  // "": never asked for
};

}  // namespace caprec
