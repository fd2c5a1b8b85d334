// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/follow/annotated_check.h"
#include "analyzer/knowledge/knowledge.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

class CheckFilter;
class ContainerNames;
class DropSteps;
class Judge;
class KeptCapabilities;
class KeySites;
class KernelStacks;
class MergedRuns;
class ProcessTree;
class Refusals;
class RunSet;
class UserStacks;

// What the one who reads a trace wants.  Null: nobody asks for it.
struct StreamWish {
    UserStacks* user_stacks = nullptr;      // tells which stacks are alike; else only those with the same id are
    const ContainerNames* names = nullptr;  // of containers
    const CheckFilter* filter = nullptr;    // selects what the answer is about; else it is about everything
    bool keepers = false, users = false;    // tell kinds of check apart by them: see Apart
};

// The chain from the rows of a trace to annotated checks: process tree, outcomes, sites, classification.
//
// Order of delivery: the order in which checks become final.  A check outside any syscall is final at once; one
// inside is final when its syscall returns, its thread ends, a later syscall of the thread shows that the
// outcome was lost, or the trace ends.  Checks of one thread keep their order.  Sort by row.order for more.
//
// Verdicts rest on what is known up to then; with verdict_open, the end of the trace may change them (Aggregation
// judges again; late_verdicts.h).
//
// First-seen rows count when checks or outcomes were lost: a row whose key was never recorded is delivered once for
// each of its outcomes and once for the hits without one; a row whose key was recorded, only for the errnos that were
// not.  (Outcomes beyond the sixth errno of a key may be counted twice.)
//
// A recording of kinds has each kind of check once, and counts the others.  These are delivered at the end, as often as
// they were counted, with the judgement on the one that was recorded.
//
// Memory grows with live threads, processes, and the number of different keys and stacks, each with a limit;
// beyond one, limits_reached() is true and the results are not complete.
//
// Kinds of check of several runs are delivered as they come: they are final.  They have no thread, time and key.
class EventStream : public EventVisitor, public FirstSeenVisitor, public MergedVisitor {
public:
    // To be made after ReadStatus::header; keeps all of them.
    EventStream(const TraceReader& reader, CheckReceiver& receiver, const Knowledge& knowledge,
                const StreamWish& wish = {});
    ~EventStream() override;

    void on(const CheckRow& row) override;
    void on(const OutcomeRow& row) override;
    void on(const CredentialChangeRow& row) override;
    void on(const CapabilityRequestRow& row) override;
    void on(const TaskRow& row) override;
    void on(const ExecRow& row) override;
    void on(const ExitRow& row) override;
    void on(const RenameRow& row) override;
    void on(const MappingRow& row) override;
    void on(const ComparisonRow& row) override;
    void on(const RefusalRow& row) override;
    void on(const PlaceRow& row) override;
    void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) override;
    void on(const KindCount& count) override;

    void on(const RunHeader& setting) override;
    void on(const MergedRun& run) override;
    void on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> runs) override;
    void on(const KeptEntry& kept) override;
    void on(const RefusalEntry& refusal) override;
    void on(const ProgramEntry& program) override;
    void on(const DropEntry& drop) override;
    void on_image(StringId path) override;
    void on_knowledge(std::string_view name) override;

    // To be called at the end of the trace.  Delivers the checks that still wait, then the first-seen rows of kinds
    // that were lost.
    void finish(const Losses& losses);

    ProcessTree& processes();
    const ProcessTree& processes() const;
    const Judge& judge() const;
    KeySites& key_sites();
    KernelStacks& stacks();
    const KeptCapabilities& kept() const;
    const Refusals& refusals() const;
    const DropSteps& drops() const;
    const MergedRuns& merged() const;
    // Whether the command ended with status 0 in each of these runs; with none given, in the run of the trace.  Known
    // at the end.
    bool went_well(const RunSet& runs) const;
    bool limits_reached() const;

    std::uint64_t checks() const, outcomes() const;  // rows read
    std::uint64_t repeated() const;                  // checks that were only counted; after finish()
    std::uint64_t withheld_objects() const;
    std::uint64_t impossible_checks() const;              // rows left out: their capability number is above 63
    std::uint64_t first_time() const, last_time() const;  // ns, monotonic, among all rows with a time; 0: none

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
