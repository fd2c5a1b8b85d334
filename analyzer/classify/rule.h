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

// Conditions of the whole run.
struct RunConditions {
    std::optional<unsigned> overcommit_memory;  // vm.overcommit_memory; nothing: not recorded
    UserNamespace home;                         // the user namespace the recorder was started in
    bool home_known = false;
    std::vector<std::pair<std::string, std::string>> sysctls = {};  // names and values
};

// How the site of a check is known.
enum class SiteSource : std::uint8_t {
    walked,     // it is that of the check's own stack
    inherited,  // not walked: all walked checks of its key have this one
    ambiguous,  // not walked: the walked checks disagree, or there are none, or it is known to be another site
    lost,       // its stack was lost
};

// How a need showed though the kernel did not ask for the capability.
enum class NotAsked : std::uint8_t {
    no,                // it did ask
    maps_root,         // uid 0 is mapped into a user namespace
    raised,            // it was added to the inheritable or the ambient set, which takes holding it
    pinned,            // memory was pinned beyond a limit, which takes having held it before
    not_pinned,        // pinning it was refused
    compared,          // the calling process's set was compared with another process's, and had all of that
    compared_unknown,  // ... with those of processes that were not recorded
    kept,              // capset named it, and the program had not read its own sets before
    not_permitted,     // capset failed as it asked for it
    not_inheritable,   // capset failed as it asked for it, to be inheritable only: CAP_SETPCAP would do as well
    of_file,           // a file was executed that gives it and makes it effective
    not_of_file,       // executing such a file failed, as it is not in the bounding set
    not_maps_root,     // mapping uid 0 failed, as the maker of the user namespace did not hold it
};

// The conditions that a check was made under, as far as its row does not tell them.
struct JudgedRun {
    std::size_t setting = 0;   // number from Judge::add_setting(); 0: the trace's header
    bool own_mount = false;    // the credential is known to be one that a mount of the run keeps
    bool chosen = false;       // the program was started with a set that somebody had made smaller: is_restricted()
    bool monitors = false;     // the program opens performance events of others
    bool went_well = false;    // the command ended with status 0, or, for a capset, was seen to go on without; also
                               // false as long as that is not known
    bool same_sets = false;    // given the set that the run needs, the other process, also of the run, holds no more
    bool found_later = false;  // the program looked for in vain was executed from another place
};

// All that a rule may look at: one check, what was asked about whom, and the outcome.
struct CheckFacts {
    const CheckRow& row;
    const RunConditions& run;
    const KernelSite& site;  // its symbol is empty when not known
    SiteSource site_source = SiteSource::walked;
    const SiteRow* known = nullptr;          // the row about the site and this capability, or else about the syscall
    const Credential* credential = nullptr;  // the one that was asked; null: lost
    const UserNamespace* credential_namespace = nullptr;  // where it lives; null: not known
    const UserNamespace* target_namespace = nullptr;      // the one it was asked for; null: not known
    SyscallTraits syscall{};
    NoOutcome outcome = NoOutcome::no_syscall;
    std::optional<int> error{};  // errno of the syscall
    Surroundings around{};
    JudgedRun judged{};
    NotAsked not_asked = NotAsked::no;
    CapabilitySet instead{};            // not asked: capabilities that would have done as well
    const Credential* after = nullptr;  // the credential after the syscall; null: not known
    std::string_view path{};            // the path that the syscall acts on; empty: none, or not known
    std::uint32_t tgid = 0;             // the asking process, in the recorder's PID namespace; 0: not known
    bool own_namespace = false;         // not asked: needed in a user namespace of the run's own
    bool inside = false;                // the question is what it meant inside its own user namespace, not outside

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

// Further statements of a rule about the checks that it matches.
struct RuleMarks {
    bool about_site = false;    // the reason includes what is known of the site
    bool with_missing = false;  // the grant is needed as soon as what is missing is given
    bool denied = false;        // the program itself was denied
    bool tolerated = false;     // ... and it did without, or may have: listed, but no failure
    bool inconclusive = false;  // ... and its consequence is not in the recording
    bool given_up = false;      // ... and had given it up before: the call failed, and most likely no set mends that
    bool refused = false;       // granted, yet something else refused the call
    bool by_recorder = false;   // asked by the recorder's own child, before it was the command
    bool inside = false;        // in a user namespace of the run's own, where it may be needed all the same
    bool at_end = false;        // the rule looks at what only the end of the trace shows: see may_change()
};

// The rules are ordered; the first that matches decides.  Its id and reason are printed in every report, so the
// reason says in one line why the verdict holds, with the place in the kernel's source where there is one.
//
// Verdict::alternative, and Verdict::missing where the site has alternatives, mean any one of would_do()
// (conditions.h).
struct Rule {
    std::string_view id, why;
    bool (*matches)(const CheckFacts&);
    Verdict verdict;
    RuleMarks marks = {};
};
using RuleId = Id<Rule, std::uint32_t>;  // its place in rules(); see rule_at()

// Whether its checks are noise, which the report sums up and `events` leaves out: they were not needed, and no call
// failed for them.  (A denial after the program gave the capability up itself is not needed either, but its call
// failed.)
constexpr bool is_noise(const Rule& rule) { return rule.verdict == Verdict::not_needed && !rule.marks.given_up; }

}  // namespace caprec
