// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/policy/policy_formats.h"
#include "tests/fuzz/exercise.h"
#include "tests/fuzz/print_everything.h"

namespace caprec {
namespace {

Analysis run_of_two() {
    Analysis analysis;
    analysis.run.header.command = {"service"};
    Need denied{.any_of = CapabilitySet::of({10}), .missing = true, .image = "/usr/sbin/nginx"};
    analysis.needs = {{.any_of = CapabilitySet::of({0}), .image = "/usr/bin/chown"},
                      {.any_of = CapabilitySet::of({1, 2}), .image = "/usr/sbin/nginx"},
                      {.any_of = CapabilitySet::of({7}), .classified = false, .image = ""},
                      denied};
    return analysis;
}

// Checks the properties that readers of the result rely on.
void check_promises(const ParsedPolicy& parsed, std::string_view text) {
    const std::size_t lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 2;
    for (const PolicyProblem& problem : parsed.problems)
        if (problem.text.empty() || problem.place.line > lines)
            broken_promise();
    if (!parsed.problems.empty())
        return;
    if (parsed.policy.rules.empty())
        broken_promise();
    for (const PolicyRule& rule : parsed.policy.rules)
        if (rule.place.line > lines || rule.words.empty())
            broken_promise();
    for (const PolicyRefusal& refusal : parsed.policy.refusals)
        if (refusal.place.line > lines || refusal.words.empty())
            broken_promise();
}

}  // namespace

bool exercise_policy(std::string_view text) {
    static const Analysis run = run_of_two();
    for (const PolicyFormat& format : policy_formats()) {
        const ParsedPolicy parsed = parse_policy({text, "policy", ""}, &format);
        check_promises(parsed, text);
        check_promises(parse_policy({text, "policy", "web"}, &format), text);
        if (parsed.problems.empty())
            print_checks(run, parsed.policy);
    }
    return parse_policy({text, "policy", ""}).problems.empty();
}

}  // namespace caprec
