// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/event_stream.h"

#include <algorithm>

#include "analyzer/analysis/run_set.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/follow/comparison.h"
#include "analyzer/follow/event_stream_impl.h"
#include "analyzer/follow/kind_facts.h"

namespace caprec {
namespace {

constexpr std::uint64_t max_capability = 63;
constexpr std::size_t max_call_bytes = 64;

}  // namespace

void set_judgement(AnnotatedCheck& check, const Judgement& judgement) {
    const Rule& rule = rule_at(judgement.rule);
    check.judgement = judgement;
    check.verdict = rule.verdict;
    check.rule = rule.id;
    check.why = rule.why;
}

EventStream::EventStream(const TraceReader& reader, CheckReceiver& receiver, const Knowledge& knowledge,
                         const StreamWish& wish)
    : impl_(std::make_unique<Impl>(reader, receiver, knowledge, wish)) {}

EventStream::~EventStream() = default;

void EventStream::on(const CheckRow& row) {
    Impl& s = *impl_;
    s.seen(row.time);
    if (row.capability > max_capability) {
        ++s.impossible;
        return;
    }
    ++s.checks;
    s.withheld += (row.flags & check_object_withheld) != 0 ? 1 : 0;
    const SiteId site = s.stacks.site_id(row.stack);
    s.keys.record(row, site, s.stacks.site(site).overcommit);
    s.judge.notice(row);
    const ProcessTree::Place place = s.tree.place(row.thread);
    s.attribution.check(row, place, row.granted() ? GivenUp::no : s.tree.given_up(place, row));
}

void EventStream::on(const OutcomeRow& row) {
    Impl& s = *impl_;
    ++s.outcomes;
    s.attribution.outcome(row);
    if ((row.acknowledgement & outcome_beyond_memlock) != 0)
        s.report_pinned(row);
    s.refusals.returned(row.thread);
}

void EventStream::on(const CredentialChangeRow& row) {
    impl_->seen(row.time);
    if (!is_call(row, "setns"))
        impl_->makers.on(row.before, row.after);
    const bool asked = impl_->attribution.credential_change(row);
    impl_->end_raises(row);
    impl_->report_capset(row, asked);
    const ProcessTree::Place before = impl_->tree.find(row.thread);
    if (impl_->tree.on(row))
        impl_->receiver.on(StageEnd{row.thread, Phase::startup});
    impl_->note_drop(row, before);
}

void EventStream::on(const CapabilityRequestRow& row) {
    Impl& s = *impl_;
    s.seen(row.time);
    const ProcessTree::Place place = s.tree.find(row.thread);
    if (CapsetRequests::looks(row, place.tid, place.tgid)) {
        s.tree.note_look(place);
        if (s.is_selected(place, s.tree.credential(row.thread, place)))
            s.kept.add(s.tree.image(place.image), {.kept = {}, .looked = true, .asked = false});
    }
    s.capsets.on(row);
}

void EventStream::on(const TaskRow& row) {
    impl_->seen(row.time);
    impl_->makers.on(impl_->tree.credential(row.creator, impl_->tree.find(row.creator)), row.credential);
    impl_->tree.on(row);
}

void EventStream::on(const ExecRow& row) {
    impl_->seen(row.time);
    if ((row.flags & exec_there_before) != 0) {  // no exec: the program that was found
        impl_->tree.on(row);
        return;
    }
    impl_->end_raises(row.thread);
    const ProcessTree::Place before = impl_->tree.find(row.thread);
    if (impl_->tree.on(row))
        impl_->receiver.on(StageEnd{row.thread, Phase::startup});
    impl_->note_drop(row, before);
    impl_->report_file(row);
    impl_->report_executed(row);
}

void EventStream::on(const ExitRow& row) {
    impl_->seen(row.time);
    impl_->attribution.thread_ended(row.thread);
    impl_->end_raises(row.thread);
    impl_->capsets.thread_ended(row.thread);
    impl_->drops.thread_ended(row.thread);
    impl_->tree.on(row);
    impl_->receiver.on(StageEnd{row.thread, Phase::after_drop});
}

void EventStream::on(const RenameRow& row) {
    impl_->seen(row.time);
    impl_->tree.on(row);
}

void EventStream::on(const MappingRow& row) { impl_->seen(row.time); }

void EventStream::on(const PlaceRow& row) {
    impl_->seen(row.time);
    impl_->tree.on(row);
}

void EventStream::on(const RefusalRow& row) {
    Impl& s = *impl_;
    s.seen(row.time);
    if (s.report_refused_file(row))
        return;
    const ProcessTree::Place place = s.tree.find(row.thread);
    if (!s.selects_refusals() || !s.is_selected(place, row.credential))
        return;
    s.refusals.on(row, place, s.tree.image(place.image), s.tree.comm(place.comm));
}

void EventStream::on(const ComparisonRow& row) {
    impl_->seen(row.time);
    impl_->report_compared(row, impl_->attribution.comparison(row, compared_in_run(row, impl_->reader)));
}

// Rows are kept until finish(), as only the footer, which comes later, says whether anything was lost.
void EventStream::on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) {
    Impl& s = *impl_;
    if (first.capability > max_capability) {
        ++s.impossible;
        return;
    }
    s.lost_kinds.add(first, hits, outcomes, s.keys.find(first.key));
}

void EventStream::on(const KindCount& count) { impl_->repeats.add(count); }

void EventStream::on(const RunHeader& setting) {
    impl_->merged.add(setting);
    impl_->judge.add_setting(setting);
}

void EventStream::on(const MergedRun& run) { impl_->merged.add(run); }

void EventStream::on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> runs) {
    Impl& s = *impl_;
    if (example.capability > max_capability || runs.empty() || kind.setting >= s.merged.settings().size()) {
        ++s.impossible;
        return;
    }
    const SeveralRuns several = s.several_runs(kind, runs);
    AttributedCheck check{example, place_of(kind, s.tree.image_id(s.reader.string(kind.image))), kind.most,
                          around_of(kind)};
    check.place.home = s.tree.homes().add_cgroup(s.reader.string(kind.cgroup));
    if (kind.not_asked != 0) {
        s.deliver_unasked(check, kind, several);
        return;
    }
    Memo memo;
    memo.outcome = outcome_of(kind);
    memo.error = error_of(kind);
    memo.site = {.id = s.stacks.site_id(kind.site_stack),
                 .stack = kind.site_stack,
                 .user_stack = example.user_stack,
                 .source = source_of(kind)};
    memo.judgement = s.judge.judge(example, s.stacks.site(memo.site.id), memo.site.source, memo.outcome, memo.error,
                                   check.around, check.place.tgid, several.judged);
    memo.uid = kind.user != 0 ? user_of(kind) : s.uid_of(example.credential);
    s.deliver(check, memo, -memo.error, Impl::Source::several_runs, &several);
}

void EventStream::on(const KeptEntry& kept) {
    impl_->kept.add(impl_->reader.string(kept.image).substr(0, Images::max_name_bytes),
                    {kept.capabilities, kept.looked, kept.asked});
}

void EventStream::on(const DropEntry& drop) {
    Impl& s = *impl_;
    s.drops.add({.image = std::string(s.reader.string(drop.image).substr(0, Images::max_name_bytes)),
                 .number = drop.number,
                 .call = std::string(s.reader.string(drop.call).substr(0, max_call_bytes))},
                {drop.permitted, drop.bounding});
}

void EventStream::on(const RefusalEntry& refusal) { impl_->refusals.add(refusal); }

void EventStream::on(const ProgramEntry& program) { impl_->tree.add_file(program); }

void EventStream::on_image(StringId path) { impl_->tree.image_id(impl_->reader.string(path)); }

void EventStream::on_knowledge(std::string_view name) { impl_->merged.add_knowledge(name); }

void EventStream::finish(const Losses& losses) {
    Impl& s = *impl_;
    s.attribution.finish(losses.outcomes > 0);
    s.refusals.finish();
    for (const CredentialChangeRow& row : s.ambient.end())
        s.report_raised(row);
    if (losses.checks == 0 && losses.outcomes == 0)
        s.lost_kinds.clear();
    s.deliver_lost_kinds();
    s.deliver_repeats();
}

ProcessTree& EventStream::processes() { return impl_->tree; }

const ProcessTree& EventStream::processes() const { return impl_->tree; }

const Judge& EventStream::judge() const { return impl_->judge; }

KeySites& EventStream::key_sites() { return impl_->keys; }

const DropSteps& EventStream::drops() const { return impl_->drops; }

const KeptCapabilities& EventStream::kept() const { return impl_->kept; }

const Refusals& EventStream::refusals() const { return impl_->refusals; }

const MergedRuns& EventStream::merged() const { return impl_->merged; }

KernelStacks& EventStream::stacks() { return impl_->stacks; }

bool EventStream::went_well(const RunSet& runs) const { return impl_->went_well(runs); }

bool EventStream::limits_reached() const {
    const Impl& s = *impl_;
    return s.lost_kinds.limits_reached() || s.repeats.limits_reached() || s.tree.limits_reached() ||
           s.attribution.limits_reached() || s.stacks.limits_reached() || s.keys.limits_reached() ||
           s.judge.limits_reached() || s.kept.limits_reached() || s.drops.limits_reached() ||
           s.refusals.limits_reached() || s.merged.limits_reached() || s.makers.limits_reached();
}

std::uint64_t EventStream::checks() const { return impl_->checks; }

std::uint64_t EventStream::repeated() const { return impl_->repeated; }

std::uint64_t EventStream::outcomes() const { return impl_->outcomes; }

std::uint64_t EventStream::withheld_objects() const { return impl_->withheld; }

std::uint64_t EventStream::impossible_checks() const { return impl_->impossible; }

std::uint64_t EventStream::first_time() const { return std::min(impl_->first_time, impl_->last_time); }

std::uint64_t EventStream::last_time() const { return impl_->last_time; }

}  // namespace caprec
