// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/event_stream_impl.h"

#include <algorithm>
#include <cerrno>
#include <functional>

#include "analyzer/analysis/run_set.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/follow/comparison.h"
#include "analyzer/follow/kind_facts.h"
#include "analyzer/follow/unasked_need.h"
#include "analyzer/processes/own_namespace.h"
#include "analyzer/sites/user_stacks.h"
#include "schema/capability_numbers.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

// Whether the header lists the hook that reports syscall results, by the names of its programs (on_sys_exit, ...).
bool exit_hook_listed(const RunHeader& header) {
    return header.attached_programs.empty() ||
           std::ranges::any_of(header.attached_programs,
                               [](const std::string& name) { return name.find("sys_exit") != std::string::npos; });
}

std::uint64_t name_number(std::string_view path) { return std::hash<std::string_view>()(last_part(path)) | 1; }

// Whether needs of this kind show inside a user namespace as they do outside.
bool of_a_set(NotAsked why) {
    return why == NotAsked::raised || why == NotAsked::kept || why == NotAsked::not_permitted ||
           why == NotAsked::not_inheritable || why == NotAsked::of_file;
}

}  // namespace

EventStream::Impl::Impl(const TraceReader& trace, CheckReceiver& checks_to, const Knowledge& knowledge,
                        const StreamWish& wanted)
    : reader(trace),
      receiver(checks_to),
      wish(wanted),
      judge(trace, knowledge),
      stacks(trace, &knowledge),
      keys([user_stacks = wanted.user_stacks](UserStackId one, UserStackId other) {
          return user_stacks != nullptr && user_stacks->alike(one, other);
      }),
      tree(trace, wanted.names),
      ambient(trace),
      capsets(trace),
      refusals(trace, [this](const RefusalRow& row, const ProcessTree::Place& place,
                             const OtherRefusal& call) { report_refused(row, place, call); }),
      makers(trace),
      merged(trace),
      attribution(*this, exit_hook_listed(trace.header())) {}

void EventStream::Impl::seen(std::uint64_t time) {
    first_time = std::min(first_time, time);
    last_time = std::max(last_time, time);
}

// A file, a socket or a mount keeps the credential that it was made with: a capability that this one is granted, and
// that the asker no longer holds, was needed at that time.
bool EventStream::Impl::asks_another(const AttributedCheck& check) {
    if (!check.row.granted() || !judge.asks_kept(check.row))
        return false;
    const Credential* own = reader.credential(tree.credential(check.row.thread, check.place));
    return own != nullptr && !own->permitted.contains(static_cast<unsigned>(check.row.capability));
}

// Kinds of several runs have no thread: their phase was decided when the runs were merged.
ProcessTree::Stage EventStream::Impl::stage_of(const AttributedCheck& check, bool summed_up) {
    if (!summed_up)
        return asks_another(check) ? ProcessTree::Stage{} : tree.stage(check.row.thread, check.place);
    return {.phase = check.place.step == 0 ? Phase::startup : Phase::after_drop};
}

std::optional<std::uint32_t> EventStream::Impl::uid_of(CredentialId id) const {
    const Credential* credential = reader.credential(id);
    return credential != nullptr ? std::optional(credential->euid) : std::nullopt;
}

Subject EventStream::Impl::subject_at(const ProcessTree::Place& place, std::optional<std::uint32_t> uid) const {
    return {
        tree.homes().keeper(place.home), tree.image(place.image), tree.comm(place.comm), place.tgid, place.tid, uid};
}

Apart EventStream::Impl::apart_of(const CheckRow& row, const ProcessTree::Place& place,
                                  std::optional<std::uint32_t> uid) const {
    Apart apart;
    apart.selected =
        wish.filter == nullptr || wish.filter->accepts(subject_at(place, uid), row.capability, row.granted());
    if (wish.keepers)
        apart.keeper = tree.homes().home(place.home).keeper;
    if (wish.users && uid)
        apart.user = std::uint64_t{*uid} + 1;
    return apart;
}

bool EventStream::Impl::is_selected(const ProcessTree::Place& place, CredentialId credential) const {
    return wish.filter == nullptr || wish.filter->accepts(subject_at(place, uid_of(credential)));
}

void EventStream::Impl::report(UnaskedNeed need) {
    need.stage = stage_of({need.row, need.place}, need.several != nullptr);
    need.inside = of_a_set(need.why) && in_own_namespace(need.row.credential, reader);
    std::optional<std::uint32_t> uid = need.uid ? need.uid : uid_of(need.row.credential);
    if (!uid && need.several == nullptr)
        uid = uid_of(tree.credential(need.row.thread, need.place));
    need.apart = apart_of(need.row, need.place, uid);
    if (need.apart.selected)
        tree.note_selected(need.place);
    receiver.on(need);
}

// An engine makes the set smaller and hands it on; the capabilities that it asks for to do so are no need of the
// programs that it starts.
bool EventStream::Impl::chosen_for(const ProcessTree::Place& place, CredentialId now) const {
    const CredentialId known = tree.started_with(place);
    const CredentialId started = known ? known : now;
    const Credential* credential = reader.credential(started);
    return credential != nullptr && in_own_namespace(started, reader) && is_restricted(*credential);
}

void EventStream::Impl::report_raised(const CredentialChangeRow& row) {
    const CapabilitySet raised = raised_by(row, reader);
    if (raised.empty())
        return;
    const ProcessTree::Place place = tree.find(row.thread);
    const bool own = in_own_namespace(row.after, reader);
    if (own && !chosen_for(place))
        return;
    for (const unsigned capability : raised.members()) {
        CheckRow check = check_row_of(row, capability);
        check.credential = own ? row.after : CredentialId();
        report({.why = NotAsked::raised, .row = check, .place = place, .process = tree.process_id(place.process)});
    }
}

// Other calls of prctl may come between those that raise.
void EventStream::Impl::end_raises(const CredentialChangeRow& row) {
    if (ambient.waits(row))
        return;
    if (!is_call(row, "prctl"))
        end_raises(row.thread);
    report_raised(row);
}

void EventStream::Impl::end_raises(std::uint64_t thread) {
    for (const CredentialChangeRow& row : ambient.end(thread))
        report_raised(row);
}

void EventStream::Impl::report_pinned(const OutcomeRow& row) {
    const ProcessTree::Place place = tree.find(row.thread);
    const std::int32_t error = errno_of(NoOutcome::known, static_cast<std::int64_t>(row.value));
    report({.why = error == 0 ? NotAsked::pinned : NotAsked::not_pinned,
            .row = check_row_of(row, cap_ipc_lock),
            .place = place,
            .process = tree.process_id(place.process),
            .error = error});
}

void EventStream::Impl::report_compared(const ComparisonRow& row, CapabilitySet granted) {
    const std::vector<ComparedNeed> needs = compared_needs(row, granted, reader);
    if (needs.empty())
        return;
    const ProcessTree::Place place = tree.find(row.thread);
    for (const ComparedNeed& need : needs) {
        report({.why = need.why,
                .row = check_row_of(row, need.capability),
                .place = place,
                .process = tree.process_id(place.process),
                .target_credential = row.target_credential,
                .instead = need.instead});
    }
}

void EventStream::Impl::report_capset(const CredentialChangeRow& row, bool asked) {
    const ProcessTree::Place place = tree.find(row.thread);
    const CapsetFindings found =
        capsets.on(row, {.looked = tree.has_looked(place), .compared = asked, .arguments = tree.arguments(place)});
    if (!found.needs.empty())
        refusals.explains(row.thread, row.syscall_sequence);
    const bool own = in_own_namespace(row.before, reader);
    if (found.own && is_selected(place, row.before))
        kept.add(tree.image(place.image), *found.own);
    if (own && !chosen_for(place))
        return;
    for (const CapsetNeed& each : found.needs) {
        UnaskedNeed need{.why = each.why,
                         .row = check_row_of(row, each.capability),
                         .place = place,
                         .process = tree.process_id(place.process)};
        need.row.credential = own ? row.after : CredentialId();
        if (each.why != NotAsked::kept) {
            need.error = EPERM;
            need.row.result = static_cast<std::uint64_t>(-EPERM);
            need.row.credential = row.before;
            need.given_up = tree.given_up(place, need.row);
        }
        report(need);
    }
}

bool EventStream::Impl::report_refused_file(const RefusalRow& row) {
    const CapabilitySet lacking = (row.flags & refusal_last) == 0 ? withheld_of_file(row, reader) : CapabilitySet();
    const ProcessTree::Place place = tree.find(row.thread);
    for (const unsigned capability : lacking.members()) {
        UnaskedNeed need{.why = NotAsked::not_of_file,
                         .row = check_row_of(row, capability),
                         .place = place,
                         .process = tree.process_id(place.process),
                         .error = EPERM};
        need.given_up = tree.given_up(place, need.row);
        report(need);
    }
    return !lacking.empty();
}

void EventStream::Impl::report_file(const ExecRow& row) {
    const ProcessTree::Place place = tree.find(row.thread);
    if (in_own_namespace(row.before, reader) && !chosen_for(place))
        return;
    for (const unsigned capability : given_by_file(row, reader).members()) {
        report({.why = NotAsked::of_file,
                .row = check_row_of(row, capability, reader.header().arch),
                .place = place,
                .process = tree.process_id(place.process)});
    }
}

void EventStream::Impl::report_refused(const RefusalRow& row, const ProcessTree::Place& place,
                                       const OtherRefusal& call) {
    const Credential* credential = reader.credential(row.credential);
    receiver.on(RefusedCall{.row = row,
                            .call = call,
                            .process = tree.process_id(place.process),
                            .tgid = place.tgid,
                            .tid = place.tid,
                            .uid = credential != nullptr ? std::optional(credential->euid) : std::nullopt,
                            .keeper = &tree.homes().keeper(place.home)});
}

std::uint64_t EventStream::Impl::name_at(ObjectId object) const {
    constexpr std::uint64_t nobodys_name = 2;  // for a name that is unknown, or known only in part: it is found nowhere
    const Object* path = reader.object(object);
    return path != nullptr && path->kind == ObjectKind::path && !path->truncated ? name_number(path->bytes)
                                                                                 : nobodys_name;
}

void EventStream::Impl::report_executed(const ExecRow& row) {
    const std::uint64_t process = tree.process_id(tree.find(row.thread).process);
    const std::uint64_t parent = tree.parent_id(process);
    const std::string_view given = reader.string(row.given);  // it may be a link to the executed file
    receiver.on(Executed{.order = row.order,
                         .name = name_number(given.empty() ? reader.string(row.path) : given),
                         .processes = {process, parent, tree.parent_id(parent)}});
}

void EventStream::Impl::report_root_mapped(const AttributedCheck& check, const Memo& memo) {
    CheckRow row = check.row;
    row.capability = *memo.judgement.not_asked;
    row.stack = {};
    GivenUp given_up = GivenUp::no;
    const bool refused = memo.error == EPERM;
    if (refused) {
        CheckRow asked = row;
        asked.credential = makers.maker(row.target_namespace);
        const Credential* maker = reader.credential(asked.credential);
        if (maker == nullptr || maker->effective.contains(static_cast<unsigned>(row.capability)))
            return;  // refused for another reason, or for one that is not in the recording
        given_up = tree.given_up(check.place, asked);
        row.result = static_cast<std::uint64_t>(-EPERM);
        refusals.explained(row.thread);
    }
    report({.why = refused ? NotAsked::not_maps_root : NotAsked::maps_root,
            .row = row,
            .place = check.place,
            .process = tree.process_id(check.place.process),
            .site = memo.site.id,
            .site_stack = memo.site.stack,
            .outcome = memo.outcome,
            .given_up = given_up,
            .error = memo.error});
}

void EventStream::Impl::classify(const AttributedCheck& check, NoOutcome outcome, std::int32_t error, Memo& memo) {
    memo.check = check;
    memo.outcome = outcome;
    memo.error = error;
    memo.used = true;
    memo.question = ++questions;
    memo.mounts = judge.mounts_known();
    memo.site = keys.site_of(check.row, stacks.site_id(check.row.stack));
    const auto [judgement, open] =
        judge.judge_so_far(check.row, stacks.site(memo.site.id), memo.site.source, outcome, error, check.around,
                           check.place.tgid, {.chosen = chosen_for(check.place, check.row.credential)});
    memo.judgement = judgement;
    memo.open = open;
    const Credential* credential = reader.credential(check.row.credential);
    memo.uid = credential != nullptr ? std::optional(credential->euid) : std::nullopt;
    if (outcome == NoOutcome::known)
        keys.record_error(check.row.key, error);
}

void EventStream::Impl::resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) {
    Memo& memo = memos[memo_number(check.row.thread ^ check.row.key) % memos.size()];
    const std::int32_t error = errno_of(outcome, value);
    const bool fresh = memo.used && memo.outcome == outcome && memo.error == error &&
                       memo.check.place.tgid == check.place.tgid && memo.check.place.program == check.place.program &&
                       memo.mounts == judge.mounts_known() && memo.check.around == check.around &&
                       same_question(memo.check.row, check.row) && keys.stands(check.row, memo.site);
    if (!fresh)
        classify(check, outcome, error, memo);
    if (reader.header().only_kinds)
        repeats.note(check, memo, value);
    deliver(check, memo, value, Source::recorded);
}

void EventStream::Impl::deliver_lost_kinds() {
    // All stacks are recorded before a row without one asks for the site of its key.
    for (const LostKinds::Kind& kind : lost_kinds.kinds()) {
        const SiteId site = stacks.site_id(kind.row.stack);
        keys.record(kind.row, site, stacks.site(site).overcommit);
    }
    for (const LostKinds::Kind& kind : lost_kinds.kinds()) {
        const ProcessTree::Place place = tree.find(kind.row.thread);
        AttributedCheck check{kind.row, place, kind.count};
        if (tree.has_dropped_since(place, kind.row.credential))
            check.place.step = 0;
        check.around.given_up = kind.row.granted() ? GivenUp::no : tree.given_up(place, kind.row);
        check.around.asked_again = true;  // this is not known: a rule that looks at it must not excuse the check
        Memo memo;
        classify(check, kind.outcome, errno_of(kind.outcome, kind.value), memo);
        deliver(check, memo, kind.value, Source::lost_kind);
    }
    lost_kinds.clear();
}

void EventStream::Impl::deliver_repeats() {
    repeats.visit([this](const Repeats::Recorded& recorded, std::uint64_t more) {
        AttributedCheck check = recorded.check;
        check.count = more;
        repeated += more;
        deliver(check, recorded.memo, recorded.value, Source::repeats);
    });
}

void EventStream::Impl::deliver(const AttributedCheck& check, const Memo& memo, std::int64_t value, Source source,
                                const SeveralRuns* several) {
    const Rule& rule = rule_at(memo.judgement.rule);
    const ProcessTree::Stage stage = stage_of(check, several != nullptr);
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
        .judgement = memo.judgement,
        .phase = stage.phase,
        .phase_open = stage.open,
        .verdict_open = memo.open || memo.site.open,
        .around = check.around,
        .outcome = memo.outcome,
        .value = value,
        .site = stacks.site(memo.site.id).symbol,
        .looked_for = rule.verdict == Verdict::missing && judge.looks_up(check.row) ? name_at(check.row.object) : 0,
        .stack = memo.site.stack,
        .user_stack = memo.site.user_stack,
        .site_source = memo.site.source,
        .site_open = memo.site.open,
        .count = check.count,
        .several = several,
        .from_summary = source != Source::recorded,
        .repeats = source == Source::repeats,
        .question = memo.question,
        .image_id = check.place.image,
        .site_id = memo.site.id,
        .process_index = check.place.process,
        .program = check.place.program,
        .comm_id = check.place.comm,
        .home = check.place.home,
        .keeper = &tree.homes().keeper(check.place.home),
        .apart = apart_of(check.row, check.place, memo.uid),
    };
    if (annotated.apart.selected)
        tree.note_check(check.place, static_cast<unsigned>(check.row.capability));
    receiver.on(annotated);
    if (rule.marks.refused || rule.marks.with_missing)
        refusals.explained(check.row.thread);
    // kinds of several runs come with it, and so did the check that is repeated
    if (memo.judgement.not_asked && (source == Source::recorded || source == Source::lost_kind))
        report_root_mapped(check, memo);
}

void EventStream::Impl::deliver_unasked(const AttributedCheck& check, const KindRow& kind, const SeveralRuns& several) {
    report({.why = not_asked_of(kind),
            .row = check.row,
            .place = check.place,
            .site = stacks.site_id(kind.site_stack),
            .site_stack = kind.site_stack,
            .outcome = outcome_of(kind),
            .given_up = check.around.given_up,
            .error = error_of(kind),
            .target_credential = kind.credential_after,
            .instead = CapabilitySet(kind.instead),
            .several = &several,
            .uid = user_of(kind)});
}

bool EventStream::Impl::went_well(const RunSet& runs) const {
    const auto is_well = [](const TargetStatus& target) {
        return target.kind == TargetStatus::Kind::exited && target.value == 0;
    };
    if (runs.empty())
        return reader.footer() && is_well(reader.footer()->target);
    const std::vector<MergedRun>& known = merged.runs();
    return std::ranges::all_of(runs.ranges(), [&](const RunRange& range) {
        const std::size_t end = std::size_t{range.first} + range.length;
        return end <= known.size() &&
               std::all_of(known.begin() + range.first, known.begin() + static_cast<std::ptrdiff_t>(end),
                           [&](const MergedRun& run) { return is_well(run.target); });
    });
}

SeveralRuns EventStream::Impl::several_runs(const KindRow& kind, std::span<const RunRange> runs) const {
    return {.runs = runs,
            .example = static_cast<std::uint32_t>(kind.example_run),
            .judged = {.setting = kind.setting + 1,
                       .own_mount = (kind.flags & kind_own_mount) != 0,
                       .chosen = (kind.flags & kind_chosen) != 0,
                       .monitors = (kind.flags & kind_monitors) != 0,
                       .went_well = went_well(RunSet(runs)),
                       .found_later = (kind.flags & kind_found_later) != 0}};
}

}  // namespace caprec
