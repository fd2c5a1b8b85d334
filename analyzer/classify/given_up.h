// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "schema/capability.h"
#include "schema/enum_table.h"
#include "schema/event_rows.h"
#include "schema/trace_tables.h"

namespace caprec {

// How a process came to lack a capability that it, or an ancestor in the run, held before.
enum class GivenUp : std::uint8_t {
    no,             // it never held it
    by_set_id,      // it left uid 0
    by_capset,      // a smaller permitted set
    by_prctl,       // it dropped it from the bounding set, and an exec followed
    by_exec,        // an exec that the capability did not outlive
    by_namespace,   // it went into a user namespace below
    not_in_effect,  // it still holds it, but gave it up in its effective set: seteuid, setfsuid, capset
    after_look,     // a smaller permitted set, after it had read its own sets: with more, it may have kept it
};

// Whether the credential change was made by the call of this name.
bool is_call(const CredentialChangeRow& row, std::string_view name);

// The capabilities that a process and its ancestors in the run gave up, and how.
class GivenUpSets {
public:
    // A null credential is not known, and nothing is learnt from it.  `looked`: the program had read its own sets.
    void on_change(const Credential* before, const Credential* after, const CredentialChangeRow& row, bool looked);
    void on_exec(const Credential* before, const Credential* after);
    void on_task(const Credential* creator, const Credential* child);

    // How the capability was given up that the asked credential does not have.
    GivenUp how(const Credential& asked, unsigned capability) const;

private:
    CapabilitySet& by(GivenUp way) { return sets_[way]; }
    bool contains(GivenUp way, unsigned capability) const { return sets_[way].contains(capability); }
    void lose(CapabilitySet lost, GivenUp way);
    bool entered_namespace(const Credential& before, const Credential& after);

    EnumTable<GivenUp, CapabilitySet> sets_;
    bool inside_ = false;  // it is in a user namespace below: what is lost there was never of use outside
};

}  // namespace caprec
