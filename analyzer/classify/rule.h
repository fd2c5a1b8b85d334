// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/kernel_site.h"
#include "analyzer/classify/surroundings.h"
#include "analyzer/classify/syscall_traits.h"
#include "analyzer/knowledge/site_row.h"
#include "schema/event_rows.h"
#include "schema/ids.h"
#include "schema/trace_tables.h"

namespace caprec {

// What holds for the whole run.
struct RunConditions {
    std::optional<unsigned> overcommit_memory;  // vm.overcommit_memory; nothing: not recorded
    UserNamespace home;                         // the user namespace the recorder was started in
    bool home_known = false;
    std::vector<std::pair<std::string, std::string>> sysctls = {};  // names and values
};

// How the site of a check is known.
enum class SiteSource : std::uint8_t {
    walked,     // by its own stack
    inherited,  // not walked: all walked checks of its key have this one
    ambiguous,  // not walked, and they disagree or there are none; or known to be none of those that they have
    lost,       // its stack was lost
};

// What shows a need though the kernel did not ask for the capability.
enum class NotAsked : std::uint8_t {
    no,                // it did ask
    maps_root,         // uid 0 is mapped into a user namespace
    raised,            // it was added to the inheritable or the ambient set, which takes holding it
    pinned,            // memory was pinned beyond a limit, which takes having held it before
    not_pinned,        // that was refused
    compared,          // the caller's set was compared with that of another process, and had all of it
    compared_unknown,  // ... of processes that were not recorded
    kept,              // capset named it, and the program had not looked whether it is there
    not_permitted,     // capset failed as it asked for it
    not_inheritable,   // capset failed as it asked for it, to be inheritable only: CAP_SETPCAP would do as well
    of_file,           // a file that gives it, and makes it effective, was executed
    not_of_file,       // that failed, as it is not in the bounding set
    not_maps_root,     // mapping uid 0 failed, as who made the user namespace did not hold it
};

// The conditions that a check was made under, as far as its row does not tell them.
struct JudgedRun {
    std::size_t setting = 0;   // of Judge::add_setting(); 0: that of the trace's header
    bool own_mount = false;    // the credential is known to be one that a mount of the run keeps
    bool chosen = false;       // it was started with a set that somebody had made smaller: see is_restricted()
    bool monitors = false;     // the program opens performance events of others
    bool went_well = false;    // the command ended with status 0, or, of a capset, was seen to go on without; false,
                               // too, as long as that is not known
    bool same_sets = false;    // with the set that the run needs the other process, of the run, holds no more
    bool found_later = false;  // what was looked for in vain was executed from another place
};

// All that a rule may look at: one check, what was asked about whom, and the outcome.
struct CheckFacts {
    const CheckRow& row;
    const RunConditions& run;
    const KernelSite& site;  // its symbol is empty when not known
    SiteSource site_source = SiteSource::walked;
    const SiteRow* known = nullptr;          // what is known of the site for this capability, or else of the syscall
    const Credential* credential = nullptr;  // the one that was asked; null: lost
    const UserNamespace* credential_namespace = nullptr;  // it lives there; null: not known
    const UserNamespace* target_namespace = nullptr;      // what it was asked for; null: not known
    SyscallTraits syscall{};
    NoOutcome outcome = NoOutcome::no_syscall;
    std::optional<int> error{};  // errno of the syscall
    Surroundings around{};
    JudgedRun judged{};
    NotAsked not_asked = NotAsked::no;
    CapabilitySet instead{};            // of what was not asked: would have done as well
    const Credential* after = nullptr;  // the credential after the syscall; null: not known
    std::string_view path{};            // what the syscall acts on, when it is a path; empty: not known
    std::uint32_t tgid = 0;             // of the asking process, in the recorder's PID namespace; 0: not known
    bool own_namespace = false;         // not asked: in a user namespace of the run's own
    bool inside = false;                // what the answer meant inside its own user namespace is asked, not outside

    bool granted() const { return row.granted(); }
    bool denied() const { return !row.granted(); }
    bool flag(CheckFlag flag) const { return (row.flags & flag) != 0; }
    bool in_syscall() const { return row.abi != 0; }
    bool outcome_known() const { return outcome == NoOutcome::known; }
    bool succeeded() const { return outcome_known() && !error; }
    bool refused() const { return error == EPERM || error == EACCES; }
    bool refused_in_answer() const {
        return known != nullptr && known->refused_in_ack && around.acknowledgement == Acknowledgement::refused;
    }
    bool is(SiteClass site_class) const { return known != nullptr && known->site_class == site_class; }
    bool test(SiteTest test) const { return known != nullptr && known->test == test; }
};

// What else a rule says of the checks that it fits.
struct RuleMarks {
    bool about_site = false;    // what is known of the site belongs to the reason
    bool with_missing = false;  // a grant that is needed as soon as what is missing is given
    bool denied = false;        // the program itself was denied
    bool tolerated = false;     // ... and it did without, or may have: listed, but no failure
    bool inconclusive = false;  // ... and what came of it is not in the recording
    bool given_up = false;      // ... and had given it up before: the call failed, and no set mends that, most likely
    bool refused = false;       // granted, yet something else refused the call
    bool by_recorder = false;   // asked by the recorder's own child, before it was the command
    bool inside = false;        // of a user namespace of the run's own, where it may be needed all the same
    bool at_end = false;        // it looks at what only the end of the trace shows: see may_change()
};

// The rules are ordered; the first that matches decides.  Its id and reason are printed in every report, so the
// reason says in one line why the verdict holds, with the place in the kernel's source where there is one.
//
// Verdict::alternative, and Verdict::missing where the site has alternatives, are about any of would_do()
// (conditions.h).
struct Rule {
    std::string_view id, why;
    bool (*matches)(const CheckFacts&);
    Verdict verdict;
    RuleMarks marks = {};
};
using RuleId = Id<Rule, std::uint32_t>;  // its place in rules(); see rule_at()

}  // namespace caprec
