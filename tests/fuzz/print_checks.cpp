// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "analyzer/compare/policy_check.h"
#include "analyzer/emit/compare/policy_result_formats.h"
#include "analyzer/emit/minimal/format.h"
#include "analyzer/policy/policy_formats.h"
#include "tests/fuzz/print_everything.h"

namespace caprec {

void print_checks(const Analysis& analysis, const Policy& policy) {
    CleanOutput out;
    const PolicyResult result = check(analysis, policy);
    for (const PolicyResultFormat& format : policy_result_formats())
        format.write({analysis, policy, result}, {false, true, {}}, out);
}

void check_own_policy(const Analysis& analysis) {
    constexpr std::size_t most = 64;
    std::vector<Part> parts;
    const std::vector<std::string> images = executables_of(analysis);
    if (images.size() > most)
        return;
    parts.reserve(images.size());
    for (const std::string& image : images)
        parts.push_back(part_of(analysis, image, {.image = image}));
    std::ostringstream text;
    find_format("policy")->write({analysis, Split::image, parts, false, "run.cap"}, text);
    const ParsedPolicy parsed = parse_policy({text.str(), "policy", ""});
    if (!parsed.problems.empty() || parsed.policy.format != "policy")
        broken_promise();
    const PolicyResult result = check(analysis, parsed.policy);
    if (!result.fits() || !result.unused.empty())
        broken_promise();
    print_checks(analysis, parsed.policy);
}

}  // namespace caprec
