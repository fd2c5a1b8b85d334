// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/other_refusal.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/rule.h"
#include "analyzer/follow/attribution.h"
#include "analyzer/follow/judge.h"
#include "analyzer/follow/unasked_need.h"
#include "analyzer/knowledge/knowledge.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

class DropSteps;
class KeptCapabilities;
class KeySites;
class KernelStacks;
class MergedRuns;
class RunSet;
class ProcessTree;
class Refusals;
class UserStacks;

// What a merged trace knows of a kind of check.
struct SeveralRuns {
    std::span<const RunRange> runs;  // that made it
    std::uint32_t example = 0;       // the one that the row is from
    JudgedRun judged;
};

// A check with all that the trace says around it, delivered once the outcome of its syscall is known, or known not to
// come.  Views and references are valid during the call only; strings are raw bytes of the traced system.
struct AnnotatedCheck {
    const CheckRow& row;
    std::uint64_t process = 0;  // Process::id; 0: not known (only when a limit was reached)
    std::uint32_t tgid = 0;     // in the recorder's PID namespace; 0: not known
    std::uint32_t tid = 0;
    std::string_view comm;             // of the thread, at the check
    std::string_view image;            // path of the executable at the check; empty: no exec seen yet
    std::optional<std::uint32_t> uid;  // effective, of the check's credential
    Verdict verdict = Verdict::unclassified;
    std::string_view rule = {}, why = {};  // ours
    Judgement judgement = {};              // verdict, rule and why are those of its rule: see set_judgement()
    Phase phase = Phase::startup;          // as far as it is known by now
    bool phase_open = false;               // a StageEnd of its thread will tell
    bool verdict_open = false;             // what the end of the trace shows may still change it
    Surroundings around;
    NoOutcome outcome = NoOutcome::no_syscall;
    std::int64_t value = 0;        // what the syscall returned, when outcome is known
    std::string_view site;         // first kernel frame outside the helpers; empty: not known
    std::uint64_t looked_for = 0;  // denied in a look-up: a number of the name that was looked for; 0: no look-up
    StackId stack{};               // row.stack, or for an unwalked check that of its kind; 0: not known
    UserStackId user_stack{};      // row.user_stack, or likewise when all of its kind came by the same calls
    SiteSource site_source = SiteSource::walked;
    bool site_open = false;                // not walked, and a later check of its key may show another site
    std::uint64_t count = 1;               // more: equal checks of one syscall, or the hits of a first-seen row
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
    bool from_summary =
        false;  // of several runs, or a lost kind of check, known from the first-seen rows; row.order means nothing

    // Equal numbers mean that it was asked in the same way, by the same thread, and that all that came of it is the
    // same: what differs is when, and where the thread was.  0: nobody knows.
    std::uint64_t question = 0;
    // Indexes for grouping: during the life of the stream, equal numbers mean equal contents.
    ImageId image_id{};
    SiteId site_id{};
    std::uint32_t process_index = 0;
    std::uint32_t program = 0;  // of the process: as ProcessTree::Place has it
    StringId comm_id{};

    bool succeeded() const { return outcome == NoOutcome::known && !error(); }
    std::optional<int> error() const {  // errno of the syscall; nothing: it succeeded, or is not known
        const std::int32_t error = errno_of(outcome, value);
        return error != 0 ? std::optional<int>(error) : std::nullopt;
    }
};

void set_judgement(AnnotatedCheck& check, const Judgement& judgement);

// What was delivered of a thread with phase_open since the last one of these belongs to this phase.  Threads without
// one, at the end of the trace: after the drop.
struct StageEnd {
    std::uint64_t thread = 0;
    Phase phase = Phase::startup;
};

// The first of its kind of the calls that were refused though no capability was denied in them.
struct RefusedCall {
    const RefusalRow& row;
    const OtherRefusal& call;
    std::uint64_t process = 0;  // Process::id
    std::uint32_t tgid = 0, tid = 0;
    std::optional<std::uint32_t> uid;  // effective
};

// A program was executed by a process, which, or whose parent, may have looked for it before.
struct Executed {
    std::uint64_t order = 0, name = 0;         // name: see AnnotatedCheck::looked_for
    std::array<std::uint64_t, 3> processes{};  // it, its parent, and the parent of that; 0: none
};

class CheckReceiver {
public:
    virtual ~CheckReceiver() = default;
    virtual void on(const AnnotatedCheck& check) = 0;
    virtual void on(const UnaskedNeed&) {}
    virtual void on(const StageEnd&) {}
    virtual void on(const RefusedCall&) {}
    virtual void on(const Executed&) {}
};

// The chain from the rows of a trace to annotated checks: process tree, outcomes, sites, classification.
//
// Order of delivery: the order in which checks become final.  A check outside any syscall is final at once; one
// inside is final when its syscall returns, its thread ends, a later syscall of the thread shows that the
// outcome was lost, or the trace ends.  Checks of one thread keep their order.  Sort by row.order for more.
//
// Verdicts are by what is known up to then; with verdict_open the end of the trace may change them (Aggregation judges
// again; late_verdicts.h).
//
// First-seen rows count when checks or outcomes were lost: a row whose key was never recorded is delivered once
// for each of its outcomes and once for the hits without one; of a row whose key was recorded, the errnos that
// were not.  (Outcomes beyond the sixth errno of a key may be counted twice.)
//
// Memory grows with live threads, processes, and the number of different keys and stacks, each with a limit;
// beyond one, limits_reached() is true and the results are not complete.
//
// Kinds of check of several runs are delivered as they come: they are final.  They have no thread, time and key.
class EventStream : public EventVisitor, public FirstSeenVisitor, public MergedVisitor {
public:
    // To be made after ReadStatus::header; keeps all four.  `user_stacks` tells which stacks are alike; null: only
    // those with the same id are.
    EventStream(const TraceReader& reader, CheckReceiver& receiver, const Knowledge& knowledge,
                UserStacks* user_stacks = nullptr);
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
    void on(const CheckRow& first, std::uint64_t hits, std::span<const FirstSeenOutcome> outcomes) override;

    void on(const RunHeader& setting) override;
    void on(const MergedRun& run) override;
    void on(const CheckRow& example, const KindRow& kind, std::span<const RunRange> runs) override;
    void on(const KeptEntry& kept) override;
    void on(const RefusalEntry& refusal) override;
    void on(const ProgramEntry& program) override;
    void on(const DropEntry& drop) override;
    void on_image(StringId path) override;
    void on_knowledge(std::string_view name) override;

    // To be called at the end of the trace.  Delivers what still waits, then the first-seen rows of kinds that were
    // lost.
    void finish(const Losses& losses);

    ProcessTree& processes();
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
    std::uint64_t withheld_objects() const;
    std::uint64_t impossible_checks() const;              // rows with a capability number above 63: left out
    std::uint64_t first_time() const, last_time() const;  // ns, monotonic, of all rows that have a time; 0 without any

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace caprec
