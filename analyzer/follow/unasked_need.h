// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/rule.h"
#include "analyzer/follow/annotated_check.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/sites/kernel_stacks.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// A capability that a process needed, or missed, though the kernel did not ask for it, and what showed that.
struct UnaskedNeed {
    NotAsked why = NotAsked::no;
    CheckRow row;  // as if there had been a check: the capability, the thread, its syscall; without a stack
    ProcessTree::Place place;
    ProcessTree::Stage stage = {};
    std::uint64_t process = 0;  // Process::id
    SiteId site = KernelStacks::unknown_site;
    StackId site_stack{};                   // stack of the check that the site is of
    NoOutcome outcome = NoOutcome::known;   // the syscall's outcome
    GivenUp given_up = GivenUp::no;         // how the missed capability was given up
    std::int32_t error = 0;                 // the syscall's errno; 0: it succeeded, or is not known
    CredentialId target_credential{};       // the process that the calling one was compared with; 0: none, or not known
    CapabilitySet instead = {};             // capabilities that would have done as well
    bool inside = false;                    // in a user namespace of the run's own, under a set that somebody chose
    const SeveralRuns* several = nullptr;   // null: the trace is of one run
    std::optional<std::uint32_t> uid = {};  // effective; nothing: that of the row, or of its thread
    Apart apart = {};
};

// The capabilities that a change of credentials added to the inheritable or the ambient set, which the kernel refuses
// unless they are held.  Empty for changes that prove nothing: a new user namespace makes the sets anew, and a program
// that adds all that it may has looked first, and would have added less.
CapabilitySet raised_by(const CredentialChangeRow& row, const TraceReader& reader);

// The capabilities that the executed file gives and makes effective: execve fails without them.  When the file could
// not be read, those that the new credential can only have from it, except in a user namespace of the run's own.  Empty
// when the file's capabilities count for nothing.
CapabilitySet given_by_file(const ExecRow& row, const TraceReader& reader);

// The capabilities that a file makes effective, and that the process which was refused to execute it cannot get: the
// refusal may be about any of them.  Empty when that is not known.
CapabilitySet withheld_of_file(const RefusalRow& row, const TraceReader& reader);

// A check for `capability` at the time and place of the change or the exec, or in the syscall of the outcome: a denied
// one when that failed.
CheckRow check_row_of(const CredentialChangeRow& change, unsigned capability);
CheckRow check_row_of(const OutcomeRow& outcome, unsigned capability);
CheckRow check_row_of(const ComparisonRow& comparison, unsigned capability);
CheckRow check_row_of(const RefusalRow& refusal, unsigned capability);
CheckRow check_row_of(const ExecRow& exec, unsigned capability, Arch arch);

}  // namespace caprec
