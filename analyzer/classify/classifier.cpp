// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/classifier.h"

#include "analyzer/classify/rules.h"

namespace caprec {

RuleId classify(const CheckFacts& facts) {
    const std::span<const Rule> table = rules();
    std::uint32_t index = 0;
    while (index + 1 < table.size() && !table[index].matches(facts))
        ++index;
    return RuleId(index);
}

const Rule& rule_at(RuleId id) { return rules()[id.value()]; }

}  // namespace caprec
