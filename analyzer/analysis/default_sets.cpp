// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/default_sets.h"

#include <array>
#include <cstdint>

#include "schema/enum_table.h"

namespace caprec {
namespace {

// Docker: CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD
// AUDIT_WRITE SETFCAP.  Podman's containers.conf leaves out MKNOD, NET_RAW and AUDIT_WRITE.  CRI-O leaves out
// SYS_CHROOT and SETFCAP as well.
constexpr std::array<DefaultSet, 3> table{{
    {"Docker and containerd", CapabilitySet(0xa80425fb)},
    {"Podman", CapabilitySet(0x800405fb)},
    {"CRI-O", CapabilitySet(0x5fb)},
}};

struct Level {
    PodSecurity level;
    std::string_view name;
    CapabilitySet may_add;
};
constexpr EnumTable<PodSecurity, Level> levels({
    {PodSecurity::restricted, "restricted", CapabilitySet(0x400)},   // NET_BIND_SERVICE
    {PodSecurity::baseline, "baseline", CapabilitySet(0xa80405fb)},  // Docker's without NET_RAW
    {PodSecurity::privileged, "privileged", CapabilitySet::all()},
});

}  // namespace

const DefaultSet& docker_default() { return table[0]; }
const DefaultSet& podman_default() { return table[1]; }
const DefaultSet& cri_o_default() { return table[2]; }
std::span<const DefaultSet> default_sets() { return table; }

PodSecurity pod_security_level(CapabilitySet set) {
    for (const Level& level : levels)
        if ((set - level.may_add).empty())
            return level.level;
    return PodSecurity::privileged;
}

std::string_view pod_security_name(PodSecurity level) { return levels[level].name; }

}  // namespace caprec
