// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/format.h"

#include <algorithm>
#include <iterator>

#include "analyzer/emit/minimal/writers.h"

namespace caprec {
namespace {

constexpr Format table[] = {
    {"text", "one name a line", write_text},
    {"json", "a JSON document: the set, its alternatives, what is uncertain", write_json},
    {"hex", "the mask, as CapEff in /proc/PID/status", write_hex},
    {"setcap", "setcap commands: file capabilities", write_setcap},
    {"policy", "a policy for capanalyze check, by executable", write_policy, true},
    {"systemd", "lines of a service unit", write_systemd},
    {"docker", "flags of docker run", write_docker, false, true},
    {"podman", "flags of podman run", write_podman, false, true},
    {"compose", "a service of a Compose file", write_compose, false, true},
    {"kubernetes", "the securityContext of a container", write_kubernetes, false, true},
    {"oci", "process.capabilities of an OCI config.json", write_oci, false, true},
    {"capsh", "the command, run by capsh with just this set", write_capsh},
    {"setpriv", "the command, run by setpriv with just this set", write_setpriv},
    {"bwrap", "flags of bwrap (bubblewrap)", write_bwrap},
    {"apparmor", "capability rules of an AppArmor profile", write_apparmor},
    {"libcap-ng", "a C function that drops all others", write_libcap_ng},
};

}  // namespace

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Format::name);
    return found != std::end(table) ? &*found : nullptr;
}

}  // namespace caprec
