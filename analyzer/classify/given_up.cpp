// SPDX-License-Identifier: Apache-2.0
#include "analyzer/classify/given_up.h"

#include "schema/enum_table.h"
#include "schema/syscalls.h"

namespace caprec {

bool is_call(const CredentialChangeRow& row, std::string_view name) {
    return row.abi > 0 && is_one_of<Abi>(row.abi) && syscall_number(static_cast<Abi>(row.abi), name) == row.syscall;
}

// A capability that is lost twice counts as lost in the second way.
void GivenUpSets::lose(CapabilitySet lost, GivenUp way) {
    if (lost.empty())
        return;
    for (CapabilitySet& set : sets_)
        set = set - lost;
    by(way) |= lost;
}

// All that was held outside is out of reach; nobody comes back from there.
bool GivenUpSets::entered_namespace(const Credential& before, const Credential& after) {
    if (!inside_ && before.user_namespace != after.user_namespace) {
        lose(before.permitted, GivenUp::by_namespace);
        inside_ = true;
    }
    return inside_;
}

void GivenUpSets::on_change(const Credential* before, const Credential* after, const CredentialChangeRow& row,
                            bool looked) {
    if (before == nullptr || after == nullptr || entered_namespace(*before, *after))
        return;
    const GivenUp by_capset = looked ? GivenUp::after_look : GivenUp::by_capset;
    lose(before->permitted - after->permitted, is_call(row, "capset")  ? by_capset
                                               : is_call(row, "prctl") ? GivenUp::by_prctl
                                                                       : GivenUp::by_set_id);
    by(GivenUp::not_in_effect) |= (before->effective - after->effective) & after->permitted;
}

void GivenUpSets::on_exec(const Credential* before, const Credential* after) {
    if (before == nullptr || after == nullptr || entered_namespace(*before, *after))
        return;
    const CapabilitySet lost = before->permitted - after->permitted;
    lose(lost & before->bounding, GivenUp::by_exec);
    lose(lost - before->bounding, GivenUp::by_prctl);
    by(GivenUp::not_in_effect) |= (before->effective - after->effective) & after->permitted;
}

void GivenUpSets::on_task(const Credential* creator, const Credential* child) {
    if (creator != nullptr && child != nullptr)
        entered_namespace(*creator, *child);
}

GivenUp GivenUpSets::how(const Credential& asked, unsigned capability) const {
    if (contains(GivenUp::by_namespace, capability))
        return GivenUp::by_namespace;
    if (asked.effective.contains(capability))
        return GivenUp::no;
    if (asked.permitted.contains(capability))
        return contains(GivenUp::not_in_effect, capability) ? GivenUp::not_in_effect : GivenUp::no;
    for (const GivenUp way :
         {GivenUp::by_set_id, GivenUp::by_capset, GivenUp::after_look, GivenUp::by_prctl, GivenUp::by_exec})
        if (contains(way, capability))
            return way;
    return GivenUp::no;
}

}  // namespace caprec
