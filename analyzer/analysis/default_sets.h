// SPDX-License-Identifier: Apache-2.0
//
// The capabilities that container engines give, and that Pod Security admission lets through, by default.
#pragma once

#include <span>
#include <string_view>

#include "schema/capability.h"

namespace caprec {

struct DefaultSet {
    std::string_view who;
    CapabilitySet set;
};

const DefaultSet& docker_default();  // containerd has the same
const DefaultSet& podman_default();  // Buildah has the same
const DefaultSet& cri_o_default();
std::span<const DefaultSet> default_sets();  // the three above

enum class PodSecurity : std::uint8_t { restricted, baseline, privileged };
// The strictest level of the Pod Security Standards that lets a container add these capabilities.
PodSecurity pod_security_level(CapabilitySet set);
std::string_view pod_security_name(PodSecurity level);  // "baseline"

}  // namespace caprec
