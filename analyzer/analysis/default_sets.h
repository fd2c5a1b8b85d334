// SPDX-License-Identifier: Apache-2.0
//
// What container engines give, and Pod Security admission lets through, when nobody asks for anything else.
#pragma once

#include <span>
#include <string_view>

#include "schema/capability.h"

namespace caprec {

struct DefaultSet {
    std::string_view who;
    CapabilitySet set;
};

const DefaultSet& docker_default();  // of containerd, too
const DefaultSet& podman_default();  // of Buildah, too
const DefaultSet& cri_o_default();
std::span<const DefaultSet> default_sets();  // the three

enum class PodSecurity : std::uint8_t { restricted, baseline, privileged };
// The strictest level of the Pod Security Standards that lets a container add these capabilities.
PodSecurity pod_security_level(CapabilitySet set);
std::string_view pod_security_name(PodSecurity level);  // "baseline"

}  // namespace caprec
