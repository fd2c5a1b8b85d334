// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cgroups/cgroup_path.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace caprec {
namespace {

enum class Names : std::uint8_t {
    unit,     // a unit of systemd
    manager,  // the unit of a user's own systemd: units below are not the host's
    pod,
    container,
};

// The part of a component between prefix and suffix, and how it is made a name.
enum class Spelling : std::uint8_t {
    any,         // as it is
    hash,        // 64 hexadecimal digits, or it is not meant
    escaped,     // with systemd's escapes
    first_word,  // up to the first dot
    app,         // with escapes, and a number of the instance behind the last dash
    dashes,      // the uid of a pod, with underscores for its dashes
};

struct CgroupRow {
    Names names;
    std::string_view above;  // the component above; empty: any, with a star at its end: one that begins so
    std::string_view prefix, suffix;
    Spelling spelling;
    std::string_view value;  // the engine of a container, the class of a pod
};

// The first row of each kind that fits a component names it.
constexpr CgroupRow cgroup_rows[] = {
    {Names::manager, "", "user@", ".service", Spelling::any, ""},
    {Names::unit, "", "", ".service", Spelling::any, ""},
    {Names::unit, "", "", ".scope", Spelling::any, ""},
    {Names::unit, "", "", ".slice", Spelling::any, ""},
    {Names::unit, "", "", ".socket", Spelling::any, ""},
    {Names::unit, "", "", ".mount", Spelling::any, ""},
    {Names::unit, "", "", ".swap", Spelling::any, ""},

    {Names::pod, "", "kubepods-besteffort-pod", ".slice", Spelling::dashes, "besteffort"},
    {Names::pod, "", "kubepods-burstable-pod", ".slice", Spelling::dashes, "burstable"},
    {Names::pod, "", "kubepods-pod", ".slice", Spelling::dashes, "guaranteed"},
    {Names::pod, "", "kubelet-kubepods-besteffort-pod", ".slice", Spelling::dashes, "besteffort"},
    {Names::pod, "", "kubelet-kubepods-burstable-pod", ".slice", Spelling::dashes, "burstable"},
    {Names::pod, "", "kubelet-kubepods-pod", ".slice", Spelling::dashes, "guaranteed"},
    {Names::pod, "besteffort", "pod", "", Spelling::any, "besteffort"},
    {Names::pod, "burstable", "pod", "", Spelling::any, "burstable"},
    {Names::pod, "kubepods", "pod", "", Spelling::any, "guaranteed"},

    {Names::container, "", "docker-", ".scope", Spelling::hash, "docker"},
    {Names::container, "docker", "", "", Spelling::hash, "docker"},
    {Names::container, "", "libpod-payload-", "", Spelling::hash, "podman"},
    {Names::container, "", "libpod-", ".scope", Spelling::hash, "podman"},
    {Names::container, "", "libpod-", "", Spelling::hash, "podman"},
    {Names::container, "", "cri-containerd-", ".scope", Spelling::hash, "containerd"},
    {Names::container, "cri-containerd", "", "", Spelling::hash, "containerd"},
    {Names::container, "", "nerdctl-", ".scope", Spelling::hash, "containerd"},
    {Names::container, "default", "", "", Spelling::hash, "containerd"},
    {Names::container, "", "crio-", ".scope", Spelling::hash, "cri-o"},
    {Names::container, "", "crio-", "", Spelling::hash, "cri-o"},
    {Names::container, "pod*", "", "", Spelling::hash, "kubernetes"},
    {Names::container, "", "lxc.payload.", "", Spelling::any, "lxc"},
    {Names::container, "lxc.payload", "", "", Spelling::any, "lxc"},
    {Names::container, "lxc", "", "", Spelling::any, "lxc"},
    {Names::container, "machine.slice", "systemd-nspawn@", ".service", Spelling::escaped, "nspawn"},
    {Names::container, "machine.slice", "machine-", ".scope", Spelling::escaped, "machined"},
    {Names::container, "", "snap.", ".service", Spelling::first_word, "snap"},
    {Names::container, "", "snap.", ".scope", Spelling::first_word, "snap"},
    {Names::container, "", "app-flatpak-", ".scope", Spelling::app, "flatpak"},
};

constexpr std::size_t max_component_bytes = 255;  // the kernel takes no longer names

std::string app_of(std::string_view part) {
    std::string name = without_escapes(part);
    const std::size_t dash = name.rfind('-');
    if (dash != std::string::npos && dash + 1 < name.size() &&
        name.find_first_not_of("0123456789", dash + 1) == std::string::npos)
        name.resize(dash);
    return name;
}

// The name in that part of a component; empty: it is none.
std::string name_in(std::string_view part, Spelling spelling) {
    switch (spelling) {
        case Spelling::hash: return is_hash_id(part) ? std::string(part) : std::string();
        case Spelling::escaped: return without_escapes(part);
        case Spelling::first_word: return std::string(part.substr(0, part.find('.')));
        case Spelling::app: return app_of(part);
        case Spelling::dashes: {
            std::string name(part);
            std::ranges::replace(name, '_', '-');
            return name;
        }
        case Spelling::any: break;
    }
    return std::string(part);
}

bool is_below(std::string_view above, std::string_view wanted) {
    return wanted.empty() || above == wanted ||
           (wanted.ends_with('*') && above.starts_with(wanted.substr(0, wanted.size() - 1)));
}

struct Named {
    const CgroupRow* row = nullptr;
    std::string name;
};

Named find_name(std::string_view above, std::string_view component, Names names) {
    if (component.size() > max_component_bytes)
        return {};
    for (const CgroupRow& row : cgroup_rows) {
        const std::size_t around = row.prefix.size() + row.suffix.size();
        if (row.names != names || component.size() <= around || !component.starts_with(row.prefix) ||
            !component.ends_with(row.suffix) || !is_below(above, row.above))
            continue;
        std::string name = name_in(component.substr(row.prefix.size(), component.size() - around), row.spelling);
        if (!name.empty())
            return {&row, std::move(name)};
    }
    return {};
}

}  // namespace

std::string without_escapes(std::string_view name) {
    const auto digit = [](char letter) -> int {
        return letter >= '0' && letter <= '9' ? letter - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    };
    std::string plain;
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool escape = name.substr(at, 2) == "\\x" && at + 3 < name.size();
        const int high = escape ? digit(name[at + 2]) : -1, low = escape ? digit(name[at + 3]) : -1;
        if (high < 0 || low < 0) {
            plain += name[at];
            continue;
        }
        plain += static_cast<char>(high * 16 + low);
        at += 3;
    }
    return plain;
}

Keeper keeper_of(std::string_view cgroup) {
    Keeper keeper;
    std::string system;  // in front of the names of units that are not the host's
    std::string_view above;
    cgroup = cgroup.substr(0, max_cgroup_bytes);
    while (!cgroup.empty()) {
        // Where the kubelet and containerd disagree on who makes cgroups: "kubepods-podUID.slice:cri-containerd:ID".
        const std::size_t end = std::min(cgroup.find_first_of("/:"), cgroup.size());
        std::string_view component = cgroup.substr(0, end);
        cgroup.remove_prefix(std::min(end + 1, cgroup.size()));
        if (component.empty())
            continue;
        if (component.size() > 1 && component.front() == '_')
            component.remove_prefix(1);  // systemd puts it before names that the kernel has for itself
        const Named unit = find_name(above, component, Names::unit);
        if (unit.row != nullptr)
            keeper.unit = system + std::string(component);
        if (find_name(above, component, Names::manager).row != nullptr)
            system = std::string(component) + '/';
        if (Named pod = find_name(above, component, Names::pod); pod.row != nullptr) {
            keeper.pod = std::move(pod.name);
            keeper.qos = pod.row->value;
        }
        if (Named container = find_name(above, component, Names::container); container.row != nullptr) {
            system = container.name + '/';
            keeper.container = std::move(container.name);
            keeper.engine = container.row->value;
        }
        above = component;
    }
    return keeper;
}

}  // namespace caprec
