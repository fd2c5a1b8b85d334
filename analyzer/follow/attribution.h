// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/surroundings.h"
#include "analyzer/containers/id_hash.h"
#include "analyzer/containers/lookup_cache.h"
#include "analyzer/processes/process_tree.h"
#include "schema/event_rows.h"

namespace caprec {

// Whether two checks are equal in all but order, time and syscall sequence: the same was asked again, in the same way.
bool same_question(const CheckRow& a, const CheckRow& b);

// Whether a check was in no syscall of the program's own, so that no outcome will ever come for it.
bool outside_syscall(const CheckRow& row);

// A comparison when the other process belongs to the run.
struct ComparedInRun {
    bool may_trace = false;   // the other process needs no capability to trace: same ids, and no more in its sets
    CapabilitySet held_more;  // its surplus over the asker, which has the same ids
};

// A check, the place of its thread, and what else happened in its syscall.
struct AttributedCheck {
    AttributedCheck() = default;
    // There is one for each check of a trace: this makes it in place where it waits, without a copy.
    AttributedCheck(const CheckRow& of, const ProcessTree::Place& at, std::uint64_t times = 1,
                    const Surroundings& with = {})
        : row(of), place(at), count(times), around(with) {}

    CheckRow row;
    ProcessTree::Place place;
    std::uint64_t count = 1;  // above 1: equal checks in one syscall, put together
    Surroundings around = {};
};

class AttributionReceiver {
public:
    virtual ~AttributionReceiver() = default;
    // `value` is the syscall's return value when `outcome` is known, and 0 otherwise.
    virtual void resolved(const AttributedCheck& check, NoOutcome outcome, std::int64_t value) = 0;
};

// Joins checks with the outcomes of their syscalls, by thread and by the sequence number of the syscall; number
// and ABI must agree as well.  Checks wait here until it is clear what becomes of them.
class Attribution {
public:
    static constexpr std::size_t max_waiting = 1u << 16;  // checks of all threads together
    static constexpr std::size_t max_waiting_in_thread = 1024;
    static constexpr std::size_t merge_above = 64;  // when more wait in a thread, equal ones are merged

    // `hook_listed`: the header names a program for syscall exits.  Without one, and without any outcome in the
    // trace, outcomes are absent because the hook was off.  Keeps a reference.
    Attribution(AttributionReceiver& receiver, bool hook_listed);

    void check(const CheckRow& row, const ProcessTree::Place& place, GivenUp given_up = GivenUp::no);
    void outcome(const OutcomeRow& row);
    // For a syscall that can change credentials, before its outcome.  Returns whether a check was made in it.
    bool credential_change(const CredentialChangeRow& row);
    // For a syscall that compared capability sets, also before its outcome.  Returns the capabilities granted in the
    // syscall so far.
    CapabilitySet comparison(const ComparisonRow& row, const ComparedInRun& within);
    void thread_ended(std::uint64_t thread);
    void finish(bool outcomes_lost);  // in the order of the checks

    bool limits_reached() const { return limits_reached_; }

private:
    using Waiting = std::vector<AttributedCheck>;  // the checks of one syscall of one thread

    void resolve_all(Waiting& waiting, NoOutcome outcome, std::int64_t value);
    void release(std::unordered_map<std::uint64_t, Waiting, IdHash>::iterator thread);
    Waiting* find(std::uint64_t thread);

    AttributionReceiver& receiver_;
    bool hook_on_;
    std::unordered_map<std::uint64_t, Waiting, IdHash> threads_;
    LookupCache<Waiting> recent_;
    std::size_t waiting_ = 0;
    bool limits_reached_ = false;
};

}  // namespace caprec
