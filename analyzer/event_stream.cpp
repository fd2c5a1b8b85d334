// SPDX-License-Identifier: Apache-2.0
#include "analyzer/event_stream.h"

#include <algorithm>
#include <array>
#include <limits>

#include "analyzer/attribution.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/judge.h"
#include "analyzer/kept_capabilities.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/key_sites.h"
#include "analyzer/lost_kinds.h"
#include "analyzer/merged_runs.h"
#include "analyzer/process_tree.h"
#include "analyzer/user_stacks.h"

namespace caprec {
namespace {

constexpr std::uint64_t max_capability = 63;

// The hook that reports syscall results, by the names of its programs (on_sys_exit, ...).
bool exit_hook_listed(const RunHeader& header) {
    return header.attached_programs.empty() ||
           std::ranges::any_of(header.attached_programs,
                               [](const std::string& name) { return name.find("sys_exit") != std::string::npos; });
}

// What classification said, kept for the next check that asks the same: loops ask millions of times.
struct Memo {
    AttributedCheck check;
    NoOutcome outcome = NoOutcome::no_syscall;
    std::int32_t error = 0;
    Judgement judgement;
    CheckSite site;
    std::optional<std::uint32_t> uid;
    bool used = false;
};

// What a row of a merged trace says; what cannot be there becomes what is least known.
NoOutcome outcome_of(const KindRow& kind) {
    return kind.outcome <= static_cast<std::uint64_t>(NoOutcome::hook_off) ? static_cast<NoOutcome>(kind.outcome)
                                                                           : NoOutcome::lost;
}

std::int32_t error_of(const KindRow& kind) {
    return errno_of(outcome_of(kind), -static_cast<std::int64_t>(kind.error & 0xfff));
}

SiteSource source_of(const KindRow& kind) {
    return kind.site_source <= static_cast<std::uint64_t>(SiteSource::lost) ? static_cast<SiteSource>(kind.site_source)
                                                                            : SiteSource::lost;
}

ProcessTree::Place place_of(const KindRow& kind, std::uint32_t image) {
    return {.image = image,
            .tgid = static_cast<std::uint32_t>(kind.tgid),
            .comm = kind.comm,
            .phase = kind.phase == 0 ? Phase::startup : Phase::after_drop};
}

Surroundings around_of(const KindRow& kind) {
    return {.denied_before = CapabilitySet(kind.denied_before),
            .granted_after = CapabilitySet(kind.granted_after),
            .denied_after = CapabilitySet(kind.denied_after),
            .asked_again = (kind.flags & kind_asked_again) != 0,
            .credential_after = kind.credential_after};
}

}  // namespace

struct EventStream::Impl final : AttributionReceiver {
    Impl(const TraceReader& trace, CheckReceiver& checks_to, const Knowledge& knowledge, UserStacks* user_stacks)
        : reader(trace),
          receiver(checks_to),
          judge(trace, knowledge),
          stacks(trace, &knowledge),
          keys([user_stacks](Id one, Id other) { return user_stacks != nullptr && user_stacks->alike(one, other); }),
          tree(trace),
          kept(trace),
          merged(trace),
          attribution(*this, exit_hook_listed(trace.header())) {}

    void resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) override;
    void deliver(const AttributedCheck& check, const Memo& memo, std::int64_t value, bool from_summary,
                 const SeveralRuns* several = nullptr);
    void deliver_unasked(const AttributedCheck& check, const KindRow& kind, const SeveralRuns& several);
    SeveralRuns several_runs(const KindRow& kind, std::span<const RunRange> runs) const;
    void classify(const AttributedCheck& check, NoOutcome outcome, std::int32_t error, Memo& memo);
    void report(const UnaskedNeed& need);
    void report_raised(const CredentialChangeRow& row);
    void report_root_mapped(const AttributedCheck& check, const Memo& memo);
    void seen(std::uint64_t time);

    const TraceReader& reader;
    CheckReceiver& receiver;
    Judge judge;
    KernelStacks stacks;
    KeySites keys;
    ProcessTree tree;
    KeptCapabilities kept;
    MergedRuns merged;
    Attribution attribution;
    std::array<Memo, 64> memos;  // by thread
    LostKinds lost_kinds;
    std::uint64_t checks = 0, outcomes = 0, withheld = 0, impossible = 0;
    std::uint64_t first_time = std::numeric_limits<std::uint64_t>::max(), last_time = 0;
};

void EventStream::Impl::seen(std::uint64_t time) {
    first_time = std::min(first_time, time);
    last_time = std::max(last_time, time);
}

void EventStream::Impl::report(const UnaskedNeed& need) {
    tree.note_unasked(need.place, static_cast<unsigned>(need.row.capability));
    receiver.on(need);
}

void EventStream::Impl::report_raised(const CredentialChangeRow& row) {
    const CapabilitySet raised = raised_by(row, reader);
    if (raised.empty()) {
        return;
    }
    const ProcessTree::Place place = tree.find(row.thread);
    for (const unsigned capability : raised.members()) {
        report({.why = NotAsked::raised,
                .row = check_row_of(row, capability),
                .place = place,
                .process = tree.process_id(place.process)});
    }
}

void EventStream::Impl::report_root_mapped(const AttributedCheck& check, const Memo& memo) {
    CheckRow row = check.row;
    row.capability = *memo.judgement.not_asked;
    row.stack = 0;
    report({.why = NotAsked::maps_root,
            .row = row,
            .place = check.place,
            .process = tree.process_id(check.place.process),
            .site = memo.site.index,
            .site_stack = memo.site.stack,
            .outcome = memo.outcome,
            .error = memo.error});
}

void EventStream::Impl::classify(const AttributedCheck& check, NoOutcome outcome, std::int32_t error, Memo& memo) {
    memo.check = check;
    memo.outcome = outcome;
    memo.error = error;
    memo.used = true;
    memo.site = keys.site_of(check.row, stacks.site_index(check.row.stack));
    memo.judgement = judge.judge(check.row, stacks.site(memo.site.index), memo.site.source, outcome, error,
                                 check.around, check.place.tgid);
    const Credential* credential = reader.credential(check.row.credential);
    memo.uid = credential != nullptr ? std::optional(credential->euid) : std::nullopt;
    if (outcome == NoOutcome::known) {
        keys.record_error(check.row.key, error);
    }
}

void EventStream::Impl::resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) {
    Memo& memo = memos[check.row.thread % memos.size()];
    const std::int32_t error = errno_of(outcome, value);
    const bool fresh = memo.used && memo.outcome == outcome && memo.error == error &&
                       memo.check.around == check.around && same_question(memo.check.row, check.row) &&
                       keys.stands(check.row, memo.site);
    if (!fresh) {
        classify(check, outcome, error, memo);
    }
    deliver(check, memo, value, false);
}

void EventStream::Impl::deliver(const AttributedCheck& check, const Memo& memo, std::int64_t value, bool from_summary,
                                const SeveralRuns* several) {
    const Rule& rule = rule_at(memo.judgement.rule);
    const AnnotatedCheck annotated{
        .row = check.row,
        .process = tree.process_id(check.place.process),
        .tgid = check.place.tgid,
        .tid = check.place.tid,
        .comm = tree.comm(check.place.comm),
        .image = tree.image(check.place.image),
        .uid = memo.uid,
        .verdict = rule.verdict,
        .rule = rule.id,
        .why = rule.why,
        .any_of = memo.judgement.any_of,
        .known = memo.judgement.known,
        .by_syscall = memo.judgement.by_syscall,
        .phase = check.place.phase,
        .around = check.around,
        .outcome = memo.outcome,
        .value = value,
        .site = stacks.site(memo.site.index).symbol,
        .stack = memo.site.stack,
        .user_stack = memo.site.user_stack,
        .site_source = memo.site.source,
        .site_open = memo.site.open,
        .count = check.count,
        .several = several,
        .from_summary = from_summary,
        .image_index = check.place.image,
        .site_index = memo.site.index,
        .rule_index = memo.judgement.rule,
        .process_index = check.place.process,
        .comm_id = check.place.comm,
    };
    tree.note(check.place, static_cast<unsigned>(check.row.capability), check.row.granted(), rule.verdict);
    receiver.on(annotated);
    if (memo.judgement.not_asked && several == nullptr) {  // kinds of several runs have it beside them
        report_root_mapped(check, memo);
    }
}

void EventStream::Impl::deliver_unasked(const AttributedCheck& check, const KindRow& kind, const SeveralRuns& several) {
    report({.why = kind.not_asked == 1 ? NotAsked::maps_root : NotAsked::raised,
            .row = check.row,
            .place = check.place,
            .site = stacks.site_index(kind.site_stack),
            .site_stack = kind.site_stack,
            .outcome = outcome_of(kind),
            .error = error_of(kind),
            .several = &several});
}

SeveralRuns EventStream::Impl::several_runs(const KindRow& kind, std::span<const RunRange> runs) const {
    return {.runs = runs,
            .example = static_cast<std::uint32_t>(kind.example_run),
            .judged = {.setting = kind.setting + 1, .own_mount = (kind.flags & kind_own_mount) != 0}};
}

EventStream::EventStream(const TraceReader& reader, CheckReceiver& receiver, const Knowledge& knowledge,
                         UserStacks* user_stacks)
    : impl_(std::make_unique<Impl>(reader, receiver, knowledge, user_stacks)) {}

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
    const std::uint32_t site = s.stacks.site_index(row.stack);
    s.keys.record(row, site, s.stacks.site(site).overcommit);
    s.judge.notice(row);
    s.attribution.check(row, s.tree.place(row.thread));
}

void EventStream::on(const OutcomeRow& row) {
    Impl& s = *impl_;
    ++s.outcomes;
    s.attribution.outcome(row);
}

void EventStream::on(const CredentialChangeRow& row) {
    impl_->seen(row.time);
    impl_->attribution.credential_change(row);
    impl_->report_raised(row);
    impl_->tree.on(row);
    impl_->kept.on(row, impl_->tree.image(impl_->tree.find(row.thread).image));
}

void EventStream::on(const TaskRow& row) {
    impl_->seen(row.time);
    impl_->tree.on(row);
}

void EventStream::on(const ExecRow& row) {
    impl_->seen(row.time);
    impl_->tree.on(row);
}

void EventStream::on(const ExitRow& row) {
    impl_->seen(row.time);
    impl_->attribution.thread_ended(row.thread);
    impl_->tree.on(row);
}

void EventStream::on(const RenameRow& row) {
    impl_->seen(row.time);
    impl_->tree.on(row);
}

void EventStream::on(const MappingRow& row) { impl_->seen(row.time); }

// Kept until finish(): only the footer, which comes later, says whether anything was lost.
void EventStream::on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) {
    Impl& s = *impl_;
    if (first.capability > max_capability) {
        ++s.impossible;
        return;
    }
    s.lost_kinds.add(first, hits, outcomes, s.keys.find(first.key));
}

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
    const AttributedCheck check{example, place_of(kind, s.tree.image_index(s.reader.string(kind.image))), kind.most,
                                around_of(kind)};
    if (kind.not_asked != 0) {
        s.deliver_unasked(check, kind, several);
        return;
    }
    Memo memo;
    memo.outcome = outcome_of(kind);
    memo.error = error_of(kind);
    memo.site = {.index = s.stacks.site_index(kind.site_stack),
                 .stack = kind.site_stack,
                 .user_stack = example.user_stack,
                 .source = source_of(kind)};
    memo.judgement = s.judge.judge(example, s.stacks.site(memo.site.index), memo.site.source, memo.outcome, memo.error,
                                   check.around, check.place.tgid, several.judged);
    const Credential* credential = s.reader.credential(example.credential);
    memo.uid = credential != nullptr ? std::optional(credential->euid) : std::nullopt;
    s.deliver(check, memo, -memo.error, true, &several);
}

void EventStream::on(const KeptEntry& kept) {
    impl_->kept.add(impl_->reader.string(kept.image).substr(0, Images::max_path_bytes), kept.capabilities);
}

void EventStream::on_image(Id path) { impl_->tree.image_index(impl_->reader.string(path)); }

void EventStream::on_knowledge(std::string_view name) { impl_->merged.add_knowledge(name); }

void EventStream::finish(const Losses& losses) {
    Impl& s = *impl_;
    s.attribution.finish(losses.outcomes > 0);
    if (losses.checks == 0 && losses.outcomes == 0) {
        s.lost_kinds.clear();
    }
    // Every stack speaks before a row without one asks for the site of its key.
    for (const LostKinds::Kind& kind : s.lost_kinds.kinds()) {
        const std::uint32_t site = s.stacks.site_index(kind.row.stack);
        s.keys.record(kind.row, site, s.stacks.site(site).overcommit);
    }
    for (const LostKinds::Kind& kind : s.lost_kinds.kinds()) {
        const AttributedCheck check{kind.row, s.tree.find(kind.row.thread), kind.count};
        Memo memo;
        s.classify(check, kind.outcome, errno_of(kind.outcome, kind.value), memo);
        s.deliver(check, memo, kind.value, true);
    }
    s.lost_kinds.clear();
}

ProcessTree& EventStream::processes() { return impl_->tree; }

const Judge& EventStream::judge() const { return impl_->judge; }

KeySites& EventStream::key_sites() { return impl_->keys; }

const KeptCapabilities& EventStream::kept() const { return impl_->kept; }

const MergedRuns& EventStream::merged() const { return impl_->merged; }

KernelStacks& EventStream::stacks() { return impl_->stacks; }

bool EventStream::limits_reached() const {
    const Impl& s = *impl_;
    return s.lost_kinds.limits_reached() || s.tree.limits_reached() || s.attribution.limits_reached() ||
           s.stacks.limits_reached() || s.keys.limits_reached() || s.judge.limits_reached() ||
           s.kept.limits_reached() || s.merged.limits_reached();
}

std::uint64_t EventStream::checks() const { return impl_->checks; }

std::uint64_t EventStream::outcomes() const { return impl_->outcomes; }

std::uint64_t EventStream::withheld_objects() const { return impl_->withheld; }

std::uint64_t EventStream::impossible_checks() const { return impl_->impossible; }

std::uint64_t EventStream::first_time() const { return std::min(impl_->first_time, impl_->last_time); }

std::uint64_t EventStream::last_time() const { return impl_->last_time; }

}  // namespace caprec
