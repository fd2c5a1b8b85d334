// SPDX-License-Identifier: Apache-2.0
//
// The parts that an EventStream works with; for its own two files.
#pragma once

#include <array>
#include <limits>

#include "analyzer/containers/id_hash.h"
#include "analyzer/follow/ambient_raises.h"
#include "analyzer/follow/attribution.h"
#include "analyzer/follow/capset_requests.h"
#include "analyzer/follow/check_filter.h"
#include "analyzer/follow/event_stream.h"
#include "analyzer/follow/judge.h"
#include "analyzer/follow/lost_kinds.h"
#include "analyzer/follow/memo.h"
#include "analyzer/follow/merged_runs.h"
#include "analyzer/follow/refusals.h"
#include "analyzer/follow/repeats.h"
#include "analyzer/processes/drop_steps.h"
#include "analyzer/processes/kept_capabilities.h"
#include "analyzer/processes/namespace_makers.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/sites/kernel_stacks.h"
#include "analyzer/sites/key_sites.h"

namespace caprec {

struct EventStream::Impl final : AttributionReceiver {
    Impl(const TraceReader& trace, CheckReceiver& checks_to, const Knowledge& knowledge, const StreamWish& wish);

    void resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) override;
    enum class Source { recorded, lost_kind, repeats, several_runs };  // of what is delivered
    void deliver(const AttributedCheck& check, const Memo& memo, std::int64_t value, Source source,
                 const SeveralRuns* several = nullptr);
    void deliver_lost_kinds();
    void deliver_repeats();
    void deliver_unasked(const AttributedCheck& check, const KindRow& kind, const SeveralRuns& several);
    bool went_well(const RunSet& runs) const;
    SeveralRuns several_runs(const KindRow& kind, std::span<const RunRange> runs) const;
    void classify(const AttributedCheck& check, NoOutcome outcome, std::int32_t error, Memo& memo);
    bool asks_another(const AttributedCheck& check);
    ProcessTree::Stage stage_of(const AttributedCheck& check, bool summed_up);
    void report(UnaskedNeed need);
    std::optional<std::uint32_t> uid_of(CredentialId credential) const;
    Subject subject_at(const ProcessTree::Place& place, std::optional<std::uint32_t> uid) const;
    Apart apart_of(const CheckRow& row, const ProcessTree::Place& place, std::optional<std::uint32_t> uid) const;
    // Whether the answer is about what happens there; `credential`: the thread's.
    bool is_selected(const ProcessTree::Place& place, CredentialId credential) const;
    bool selects_refusals() const { return wish.filter == nullptr || !wish.filter->choice().about_checks(); }
    // Whether somebody had made the set smaller that its program started with; `now`: the credential to go by when that
    // one is not known.
    bool chosen_for(const ProcessTree::Place& place, CredentialId now = {}) const;
    void report_raised(const CredentialChangeRow& row);
    void end_raises(const CredentialChangeRow& row);
    void end_raises(std::uint64_t thread);
    void report_pinned(const OutcomeRow& row);
    void report_compared(const ComparisonRow& row, CapabilitySet granted);
    void report_capset(const CredentialChangeRow& row, bool asked);
    bool report_refused_file(const RefusalRow& row);  // false: it is not about the capabilities of a file
    void report_file(const ExecRow& row);
    void report_refused(const RefusalRow& row, const ProcessTree::Place& place, const OtherRefusal& call);
    void report_executed(const ExecRow& row);
    std::uint64_t name_at(ObjectId object) const;
    void report_root_mapped(const AttributedCheck& check, const Memo& memo);
    void seen(std::uint64_t time);
    // `before` is the place of the thread before the tree got the row.
    template <class Row> void note_drop(const Row& row, const ProcessTree::Place& before) {
        const Credential* had = reader.credential(row.before);
        const Credential* has = reader.credential(row.after);
        if (had != nullptr && has != nullptr && tree.find(row.thread).step > before.step &&
            is_selected(before, row.before))
            drops.on(row, *had, *has, tree.image(before.image));
    }

    const TraceReader& reader;
    CheckReceiver& receiver;
    const StreamWish wish;
    Judge judge;
    KernelStacks stacks;
    KeySites keys;
    ProcessTree tree;
    AmbientRaises ambient;
    CapsetRequests capsets;
    KeptCapabilities kept;
    Refusals refusals;
    DropSteps drops;
    NamespaceMakers makers;
    MergedRuns merged;
    Attribution attribution;
    IdHash memo_number;
    std::array<Memo, 512> memos;  // by thread and key: each thread asks the same again and again
    std::uint64_t questions = 0;  // how many were classified
    LostKinds lost_kinds;
    Repeats repeats;  // in a recording of kinds
    std::uint64_t checks = 0, repeated = 0, outcomes = 0, withheld = 0, impossible = 0;
    std::uint64_t first_time = std::numeric_limits<std::uint64_t>::max(), last_time = 0;
};

}  // namespace caprec
