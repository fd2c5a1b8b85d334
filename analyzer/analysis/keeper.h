// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "schema/ids.h"

namespace caprec {

// The unit and the container that a process runs in, as its cgroup tells.  All fields are raw bytes of the traced
// system; what is not known, or does not apply, is empty.
struct Keeper {
    // "ssh.service".  That of another systemd than the host's has the name of this one in front of it:
    // "user@1000.service/foot.service", "web/nginx.service" in the container web.
    std::string unit = {};
    std::string container = {};       // the engine's id for it, or the name, where an engine has only names
    std::string container_name = {};  // from --names
    std::string engine = {};          // "docker", "podman", "containerd", "cri-o", "kubernetes", "lxc", ...
    std::string pod = {}, qos = {};   // of Kubernetes: the pod's uid; "guaranteed", "burstable", "besteffort"

    bool empty() const { return unit.empty() && container.empty(); }
    friend auto operator<=>(const Keeper&, const Keeper&) = default;
};

using KeeperId = Id<Keeper, std::uint32_t>;  // none: neither a unit nor a container
class Homes;
using HomeId = Id<Homes, std::uint32_t>;  // none: not known

// The name by which people know the container: the one from --names, or the beginning of the id.
std::string container_label(const Keeper& keeper);

// Whether the id is a hash, of which people write only the beginning.
bool is_hash_id(std::string_view id);

}  // namespace caprec
