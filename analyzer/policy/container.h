// SPDX-License-Identifier: Apache-2.0
//
// The capabilities that a container can use, going by its file, for Docker, Podman and Kubernetes, which differ little.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/default_sets.h"
#include "analyzer/policy/policy.h"

namespace caprec {

enum class Engine : std::uint8_t { docker, podman, kubernetes };

// One name of a list, or all of them.
struct ContainerEntry {
    CapabilitySet set;
    bool all = false;
    PolicyPlace place;
};

struct ContainerUser {
    std::string name;  // as in the file: "1000:1000", "app"; empty: only known not to be root
    PolicyPlace place;
    std::string words;  // "user: 1000:1000"
};

struct Container {
    Engine engine = Engine::docker;
    PolicyPlace place;              // the place of the service or the command
    std::string add_key, drop_key;  // "cap_add", "--cap-add"
    std::vector<ContainerEntry> add, drop;
    std::optional<PolicyPlace> privileged;
    std::optional<ContainerUser> user;  // nothing: the user that the image names
    bool user_is_root = false;          // only meant with a user
    bool no_new_privileges = false;
};

// Whether a user, in the words that container engines take, is root: "0", "root", "0:0".
bool is_root(std::string_view user);

// Adds the name to a list, or a problem to the result.
void add_entry(std::string_view word, const PolicyPlace& place, Engine engine, std::vector<ContainerEntry>& list,
               ParsedPolicy& result);

// Adds the rules, refusals and assumptions of the container.
void add_container(const Container& container, Policy& policy);

}  // namespace caprec
