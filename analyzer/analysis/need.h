// SPDX-License-Identifier: Apache-2.0
//
// The needs that the minimal set is made from, and the set itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/keeper.h"
#include "analyzer/analysis/reason.h"
#include "analyzer/analysis/verdict.h"
#include "schema/capability.h"

namespace caprec {

// A requirement on the set: at least one of `any_of`, for a program in one of its phases.
struct Need {
    CapabilitySet any_of;
    bool classified = true;   // false: the need is there only because nobody knows better
    bool missing = false;     // none was held: something was denied, and failed for it
    bool look_up = false;     // missing, in a call that only finds out whether something is there, as along a PATH
    bool once_given = false;  // missing, though granted: it is needed as soon as what was denied beside it is given
    bool by_choice = false;   // inside a user namespace: somebody chose the set there, as container engines do
    std::string image = {};   // path of the executable
    Phase phase = Phase::startup;
    // Only when needs are wanted apart by them:
    Keeper keeper = {};
    std::optional<std::uint32_t> user = {};  // effective uid
    friend bool operator==(const Need&, const Need&) = default;
};

struct Clause {                    // at least one of them is needed
    std::vector<unsigned> any_of;  // ascending
    unsigned chosen = 0;
    bool missing = false;  // none of them was held: it was denied, something failed, and the user asked to include it
};

struct MinimalSet {
    CapabilitySet capabilities;
    std::vector<Clause> clauses;  // all different, single-capability clauses included, sorted by chosen capability
    CapabilitySet unclassified;   // members that are there only because they could not be classified
};

// The needs inside user namespaces that the run made itself, as a container of an ordinary user does.  The host does
// not have to meet them: whoever makes the namespace does.
struct InsideNeeds {
    std::vector<Need> needs;
    std::vector<Reason> reasons;  // one for each need
    MinimalSet minimal;           // the set for all needs that were granted
    CapabilitySet missing;        // capabilities that were denied, and something failed for it

    bool empty() const { return needs.empty(); }
    bool by_choice() const;  // somebody chose a set for what runs in there: a container, most likely
};

}  // namespace caprec
