// SPDX-License-Identifier: Apache-2.0
#include "analyzer/result/late_verdicts.h"

#include <algorithm>
#include <tuple>

#include "analyzer/classify/classifier.h"
#include "analyzer/containers/saturated_sum.h"

namespace caprec {

void OpenStages::note(const AnnotatedCheck& check) {
    if (check.phase_open)
        by_thread_[check.row.thread].open = true;
}

void OpenStages::note(const StageEnd& end) {
    const auto found = by_thread_.find(end.thread);
    if (found == by_thread_.end() || !found->second.open)
        return;
    found->second.open = false;
    if (ends_ == max_ends) {
        limits_reached_ = true;
        return;
    }
    ++ends_;
    found->second.ended.push_back(end.phase);
}

// A stage that did not end is after the drop: see StageEnd.
Phase OpenStages::Replay::phase_of(const AnnotatedCheck& check) {
    if (!check.phase_open)
        return check.phase;
    if (last_ == nullptr || last_thread_ != check.row.thread) {
        last_ = &places_[check.row.thread];
        last_thread_ = check.row.thread;
    }
    Place& place = *last_;
    if (place.open)
        return place.phase;
    place.open = true;
    const auto found = stages_.by_thread_.find(check.row.thread);
    const bool ended = found != stages_.by_thread_.end() && place.ended < found->second.ended.size();
    place.phase = ended ? found->second.ended[place.ended] : Phase::after_drop;
    return place.phase;
}

void OpenStages::Replay::pass(const StageEnd& end) {
    const auto found = places_.find(end.thread);
    if (found == places_.end() || !found->second.open)
        return;
    found->second.open = false;
    ++found->second.ended;
}

void LateVerdicts::add(const GroupKey& asked_as, LateVerdict verdict) {
    const std::uint64_t count = verdict.count;
    const auto [known, added] = by_key_.emplace(asked_as, std::move(verdict));
    if (!added)
        add_saturated(known->second.count, count);
}

const LateVerdict* LateVerdicts::of(const AnnotatedCheck& check, Phase phase) const {
    CheckTraits traits = traits_of(check);
    traits.phase = phase;
    const auto found = by_key_.find(group_key_of(check.row, traits));
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
    const Phase phase = stages_.phase_of(check);
    const LateVerdict* late = late_.empty() ? nullptr : late_.of(check, phase);
    if (late == nullptr && !check.verdict_open && !check.phase_open) {
        receiver_.on(check);
        return;
    }
    AnnotatedCheck final = check;
    final.verdict_open = final.phase_open = false;
    final.phase = phase;
    if (late == nullptr) {
        receiver_.on(final);
        return;
    }
    set_judgement(final, late->judgement);
    final.site = late->site;
    final.stack = late->stack;
    receiver_.on(final);
}

void Finalizer::on(const StageEnd& end) {
    stages_.pass(end);
    receiver_.on(end);
}

}  // namespace caprec
