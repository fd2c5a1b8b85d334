// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis.h"
#include "analyzer/classify/rule.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/process_tree.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

struct SeveralRuns;

// A capability that a process needed though the kernel did not ask for it, and what showed that.
struct UnaskedNeed {
    NotAsked why = NotAsked::no;
    CheckRow row;  // as if it had been asked for there: the capability, the thread, its syscall; without a stack
    ProcessTree::Place place;
    std::uint64_t process = 0;  // Process::id
    std::uint32_t site = KernelStacks::unknown_site;
    Id site_stack = 0;                     // of the check whose site that is
    NoOutcome outcome = NoOutcome::known;  // of the syscall
    std::int32_t error = 0;                // its errno; 0: it succeeded, or is not known
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
};

// What a change of credentials added to the inheritable or the ambient set, which the kernel refuses to who does not
// hold it.  Empty for changes that prove nothing: a new user namespace makes the sets anew, one of the run's own has
// what it needs, and who adds all that it may has looked first, and would have added less.
CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader);

// A check for `capability` at the time and place of the change.
CheckRow check_row_of(const CredentialChangeRow& change, unsigned capability);

}  // namespace caprec
