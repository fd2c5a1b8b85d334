// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

#include "analyzer/analysis.h"
#include "analyzer/classify/syscall_traits.h"
#include "analyzer/kernel_site.h"
#include "schema/event_rows.h"
#include "schema/trace_tables.h"

namespace caprec {

// What holds for the whole run.
struct RunConditions {
    std::optional<unsigned> overcommit_memory;  // vm.overcommit_memory; nothing: not recorded
    UserNamespace home;                         // the user namespace the recorder was started in
    bool home_known = false;
};

// How the site of a check is known.
enum class SiteSource : std::uint8_t {
    walked,     // by its own stack
    inherited,  // not walked: all walked checks of its key have this one
    ambiguous,  // not walked, and they disagree or there are none
    lost,       // its stack was lost
};

// All that a rule may look at: one check, what was asked of whom, and what came of it.
struct CheckFacts {
    const CheckRow& row;
    const RunConditions& run;
    const KernelSite& site;  // its symbol is empty when not known
    SiteSource site_source = SiteSource::walked;
    const Credential* credential = nullptr;               // the one that was asked; null: lost
    const UserNamespace* credential_namespace = nullptr;  // it lives there; null: not known
    const UserNamespace* target_namespace = nullptr;      // what it was asked for; null: not known
    SyscallTraits syscall{};
    NoOutcome outcome = NoOutcome::no_syscall;
    std::optional<int> error{};  // errno of the syscall

    bool granted() const { return row.granted(); }
    bool denied() const { return !row.granted(); }
    bool flag(CheckFlag flag) const { return (row.flags & flag) != 0; }
    bool in_syscall() const { return row.abi != 0; }
    bool outcome_known() const { return outcome == NoOutcome::known; }
    bool succeeded() const { return outcome_known() && !error; }
    bool refused() const { return error == EPERM || error == EACCES; }
};

// The rules are ordered; the first that matches decides.  Its id and reason are printed in every report, so the
// reason says in one line why the verdict holds, with the place in the kernel's source where there is one.
struct Rule {
    std::string_view id, why;
    bool (*matches)(const CheckFacts&);
    Verdict verdict;
};

}  // namespace caprec
