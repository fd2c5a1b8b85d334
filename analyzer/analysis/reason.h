// SPDX-License-Identifier: Apache-2.0
//
// The reasons of verdicts: who asked for a capability, and what that meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/keeper.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/symbols/unwind/user_frame.h"
#include "schema/capability.h"

namespace caprec {

// Checks that agree in (capability, image, syscall, errno, rule, site, result, phase), with one example.
struct Reason {
    unsigned capability = 0;
    Verdict verdict = Verdict::unclassified;
    bool granted = false;
    std::uint64_t count = 0;    // for several runs: the most in any one of them
    std::size_t runs = 1;       // the number of runs in which it was seen
    std::string rule;           // id of the rule that decided: "overcommit"; ours, not escaped
    std::string why;            // the rule's reason in one line, with what is known of the site; ours
    bool inconclusive = false;  // a denial whose consequence is not in the recording
    bool by_recorder = false;   // asked by the recorder's own child, before it was the command
    CapabilitySet any_of;       // the capability, or any one of several, would have met the need
    Phase phase = Phase::startup;
    std::string asked_by;       // the calls that ask there; ours, may be empty
    bool by_syscall = false;    // judged by the syscall alone: the kernel's functions have no names
    std::string image;          // the name (image_name.h) of the executable
    std::string comm;           // the example's comm
    std::uint64_t process = 0;  // the example's Process::id
    Keeper keeper;              // only when needs are wanted apart by it
    std::string syscall;        // "openat"; empty: not in a syscall
    std::optional<int> error;   // errno of the syscall; nothing: it succeeded or its outcome is not known
    NoOutcome outcome = NoOutcome::known;
    std::string object;  // the example's path, printable address or command word; may be empty
    bool object_truncated = false;
    std::string site;  // first kernel frame outside the helpers: "setattr_prepare"; empty: not known
    std::vector<std::string> kernel_stack;  // "setattr_prepare+0x1a4", innermost first, helpers included
    ResolvedStack user_stack;  // without frames, `incomplete` says why; it is empty, too, when none was wanted
};

struct CapabilityFinding {
    unsigned capability = 0;
    Verdict verdict = Verdict::not_needed;
    std::uint64_t granted = 0, denied = 0;
    // Strongest verdict first, then most frequent; the first ten.  They include reasons where the kernel asked for
    // another capability, which this one stands for in the set: see Reason::capability.
    std::vector<Reason> reasons;
    std::uint64_t more_reasons = 0;  // how many were left out
    bool mixed = false;              // needed where it was granted, and denied elsewhere
    std::size_t runs = 1;            // the number of runs in which it had this verdict
    CapabilitySet met_by;            // when it is not in the set: the members that stand for it; otherwise empty
};

// The same for one program: the checks of one capability in the processes that ran it.
struct ProgramFinding {
    std::string image;  // path of the executable
    unsigned capability = 0;
    std::optional<Reason> granted, denied;  // the strongest reason of each, then the most frequent; nothing: none
};

// Most frequent first, look-ups after everything else; ten at most.
struct ReasonList {
    std::vector<Reason> reasons;
    std::uint64_t more = 0;  // how many were left out
};

// The checks that one rule left out as noise.
struct NoiseLine {
    std::string rule, why;
    std::uint64_t count = 0;
    CapabilitySet capabilities;
};

}  // namespace caprec
