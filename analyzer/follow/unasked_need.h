// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/rule.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/sites/kernel_stacks.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

struct SeveralRuns;

// A capability that a process needed, or missed, though the kernel did not ask for it, and what showed that.
struct UnaskedNeed {
    NotAsked why = NotAsked::no;
    CheckRow row;  // as if it had been asked for there: the capability, the thread, its syscall; without a stack
    ProcessTree::Place place;
    ProcessTree::Stage stage = {};
    std::uint64_t process = 0;  // Process::id
    SiteId site = KernelStacks::unknown_site;
    StackId site_stack{};                  // of the check whose site that is
    NoOutcome outcome = NoOutcome::known;  // of the syscall
    GivenUp given_up = GivenUp::no;        // of what was missed
    std::int32_t error = 0;                // its errno; 0: it succeeded, or is not known
    CredentialId target_credential{};      // of the process that the caller was compared with; 0: none, or not known
    CapabilitySet instead = {};            // would have done as well
    bool inside = false;                   // in a user namespace of the run's own, with a set that somebody chose
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
};

// What a change of credentials added to the inheritable or the ambient set, which the kernel refuses unless it is held.
// Empty for changes that prove nothing: a new user namespace makes the sets anew, and a program that adds all that it
// may has looked first, and would have added less.
CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader);

// What the file that was executed gives and makes effective: execve fails without it.  Where the file could not be
// read, what the new credential can only have from there; not so in a user namespace of the run's own.  Empty where the
// file's capabilities count for nothing.
CapabilitySet given_by_file(const ExecRow& row, const TraceReader& reader);

// What a file makes effective and a process that was refused to execute it cannot get: all that the refusal may be
// about.  Empty when that is not known.
CapabilitySet withheld_of_file(const RefusalRow& row, const TraceReader& reader);

// A check for `capability` at the time and place of the change or the exec, or in the syscall of the outcome: one that
// was denied when that failed.
CheckRow check_row_of(const CredentialChangeRow& change, unsigned capability);
CheckRow check_row_of(const OutcomeRow& outcome, unsigned capability);
CheckRow check_row_of(const ComparisonRow& comparison, unsigned capability);
CheckRow check_row_of(const RefusalRow& refusal, unsigned capability);
CheckRow check_row_of(const ExecRow& exec, unsigned capability, Arch arch);

}  // namespace caprec
