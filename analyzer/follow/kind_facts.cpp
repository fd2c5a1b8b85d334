// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/kind_facts.h"

#include "analyzer/follow/annotated_check.h"
#include "schema/enum_table.h"

namespace caprec {

NoOutcome outcome_of(const KindRow& kind) {
    return is_one_of<NoOutcome>(kind.outcome) ? static_cast<NoOutcome>(kind.outcome) : NoOutcome::lost;
}

std::int32_t error_of(const KindRow& kind) {
    return errno_of(outcome_of(kind), -static_cast<std::int64_t>(kind.error & 0xfff));
}

SiteSource source_of(const KindRow& kind) {
    return is_one_of<SiteSource>(kind.site_source) ? static_cast<SiteSource>(kind.site_source) : SiteSource::lost;
}

ProcessTree::Place place_of(const KindRow& kind, ImageId image) {
    return {.image = image,
            .tgid = static_cast<std::uint32_t>(kind.tgid),
            .comm = kind.comm,
            .step = kind.phase == 0 ? 0U : 1U};
}

Surroundings around_of(const KindRow& kind) {
    return {.denied_before = CapabilitySet(kind.denied_before),
            .granted_after = CapabilitySet(kind.granted_after),
            .denied_after = CapabilitySet(kind.denied_after),
            .asked_again = (kind.flags & kind_asked_again) != 0,
            .given_up = is_one_of<GivenUp>(kind.given_up) ? static_cast<GivenUp>(kind.given_up) : GivenUp::no,
            .acknowledgement = static_cast<Acknowledgement>((kind.flags & kind_acknowledgement) >> 4),
            .names_nothing = (kind.flags & kind_names_nothing) != 0,
            .returned_nothing = (kind.flags & kind_returned_nothing) != 0,
            .credential_after = kind.credential_after,
            .whose = (kind.flags & kind_own_files) != 0     ? Whose::own
                     : (kind.flags & kind_other_files) != 0 ? Whose::other
                                                            : Whose::unknown,
            .held_more = CapabilitySet(kind.not_asked == 0 ? kind.instead : 0)};
}

void set_flag(KindRow& kind, KindFlag flag, bool on) {
    if (on)
        kind.flags |= flag;
}

void set_around(KindRow& kind, const Surroundings& around) {
    const auto& [denied_before, granted_after, denied_after, asked_again, given_up, acknowledgement, names_nothing,
                 returned_nothing, credential_after, whose, held_more] = around;
    kind.denied_before = denied_before.bits();
    kind.granted_after = granted_after.bits();
    kind.denied_after = denied_after.bits();
    kind.given_up = static_cast<std::uint64_t>(given_up);
    kind.instead = held_more.bits();
    set_flag(kind, kind_asked_again, asked_again);
    set_flag(kind, kind_names_nothing, names_nothing);
    set_flag(kind, kind_returned_nothing, returned_nothing);
    set_flag(kind, kind_own_files, whose == Whose::own);
    set_flag(kind, kind_other_files, whose == Whose::other);
    kind.flags |= static_cast<std::uint64_t>(acknowledgement) << 4;
}

std::optional<std::uint32_t> user_of(const KindRow& kind) {
    return kind.user != 0 ? std::optional(static_cast<std::uint32_t>(kind.user - 1)) : std::nullopt;
}

NotAsked not_asked_of(const KindRow& kind) {
    return is_one_of<NotAsked>(kind.not_asked) ? static_cast<NotAsked>(kind.not_asked) : NotAsked::compared_unknown;
}

}  // namespace caprec
