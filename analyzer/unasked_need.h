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

// A capability that a process needed, or missed, though the kernel did not ask for it, and what showed that.
struct UnaskedNeed {
    NotAsked why = NotAsked::no;
    CheckRow row;  // as if it had been asked for there: the capability, the thread, its syscall; without a stack
    ProcessTree::Place place;
    ProcessTree::Stage stage = {};
    std::uint64_t process = 0;  // Process::id
    std::uint32_t site = KernelStacks::unknown_site;
    Id site_stack = 0;                     // of the check whose site that is
    NoOutcome outcome = NoOutcome::known;  // of the syscall
    GivenUp given_up = GivenUp::no;        // of what was missed
    std::int32_t error = 0;                // its errno; 0: it succeeded, or is not known
    Id target_credential = 0;              // of the process that the caller was compared with; 0: none, or not known
    CapabilitySet instead = {};            // would have done as well
    bool inside = false;                   // in a user namespace of the run's own, with a set that somebody chose
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
};

// What a change of credentials added to the inheritable or the ambient set, which the kernel refuses unless it is held.
// Empty for changes that prove nothing: a new user namespace makes the sets anew, and a program that adds all that it
// may has looked first, and would have added less.
CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader);

// Whether the credential is in a user namespace below the one that the run began in.
bool in_own_namespace(Id credential, const TraceReader& reader);

// Whether a part was taken away from the credential: whoever makes a user namespace has everything in it at first.
bool is_restricted(const Credential& credential);

// What the executed file gives and makes effective: execve fails without it.  When the file could not be read, it is
// what the new credential cannot have from anywhere else, but not in a user namespace of the run's own.  Empty when the
// file's capabilities have no effect.
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
