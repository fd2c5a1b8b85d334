// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/late_verdicts.h"

#include <algorithm>
#include <tuple>

#include "analyzer/classify/classifier.h"

namespace caprec {

const LateVerdict* LateVerdicts::of(const AnnotatedCheck& check) const {
    if (by_key_.empty())
        return nullptr;
    const auto found = by_key_.find(without_phase(key_of(check.row, traits_of(check))));
    return found != by_key_.end() ? &found->second : nullptr;
}

std::vector<const LateVerdict*> LateVerdicts::list() const {
    std::vector<const LateVerdict*> verdicts;
    for (const auto& [key, verdict] : by_key_)
        verdicts.push_back(&verdict);
    std::ranges::sort(verdicts, {}, [](const LateVerdict* each) {
        return std::tuple(std::string_view(each->image), each->capability, std::string_view(each->syscall),
                          each->first_rule, each->judgement.rule, each->granted, each->count);
    });
    return verdicts;
}

void Finalizer::on(const AnnotatedCheck& check) {
    const LateVerdict* late = late_.of(check);
    AnnotatedCheck final = check;
    final.verdict_open = false;
    if (late == nullptr) {
        receiver_.on(final);
        return;
    }
    set_judgement(final, late->judgement);
    final.site = late->site;
    final.stack = late->stack;
    receiver_.on(final);
}

}  // namespace caprec
