// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cgroups/container_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "schema/error.h"

namespace caprec {
namespace {

using NamesJson = nlohmann::json;

constexpr std::size_t shortest_id = 12;  // as the tools show it

// The member of an object; a null when it is none, or has no such member.
const NamesJson& member(const NamesJson& json, const char* name) {
    static const NamesJson none;
    if (!json.is_object())
        return none;
    const auto found = json.find(name);
    return found != json.end() ? *found : none;
}

std::string text_of(const NamesJson& json) { return json.is_string() ? json.get<std::string>() : std::string(); }

// "containerd://0123..." is an id with the name of its engine.
std::string_view bare_id(std::string_view id) {
    const std::size_t scheme = id.find("://");
    return scheme == std::string_view::npos ? id : id.substr(scheme + 3);
}

std::string joined_name(const std::string& space, const std::string& pod, const std::string& container) {
    std::string name = space.empty() ? "" : space + '/';
    name += pod.empty() ? "" : pod + '/';
    return name + container;
}

// Whether it is nested deeper than any such file: destroying what is read from it would call itself for each level.
bool too_deep(std::string_view text) {
    constexpr int deepest = 64;
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        if (quoted) {
            at += letter == '\\' ? 1 : 0;
            quoted = letter != '"';
        } else if (letter == '"') {
            quoted = true;
        } else if (letter == '[' || letter == '{') {
            if (++depth > deepest)
                return true;
        } else if (letter == ']' || letter == '}') {
            --depth;
        }
    }
    return false;
}

using FoundNames = std::vector<std::pair<std::string, std::string>>;  // ids and names

void names_in_pod(const NamesJson& pod, FoundNames& found) {
    const NamesJson& metadata = member(pod, "metadata");
    for (const char* list : {"initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"})
        for (const NamesJson& container : member(member(pod, "status"), list))
            found.emplace_back(text_of(member(container, "containerID")),
                               joined_name(text_of(member(metadata, "namespace")), text_of(member(metadata, "name")),
                                           text_of(member(container, "name"))));
}

void names_in_crictl(const NamesJson& status, FoundNames& found) {
    const NamesJson& labels = member(status, "labels");
    found.emplace_back(text_of(member(status, "id")),
                       joined_name(text_of(member(labels, "io.kubernetes.pod.namespace")),
                                   text_of(member(labels, "io.kubernetes.pod.name")),
                                   text_of(member(member(status, "metadata"), "name"))));
}

// Adds the names in one entry of what a tool printed; false: it is of none of these tools.
bool names_in_entry(const NamesJson& json, FoundNames& found) {
    const NamesJson& status = member(json, "status");
    if (member(json, "Id").is_string())  // docker inspect, podman inspect
        found.emplace_back(text_of(member(json, "Id")), text_of(member(json, "Name")));
    else if (member(status, "id").is_string())  // crictl inspect
        names_in_crictl(status, found);
    else if (text_of(member(json, "kind")) == "Pod" || status.is_object())  // kubectl get pods
        names_in_pod(json, found);
    else
        return false;
    return true;
}

bool names_in(const NamesJson& json, FoundNames& found) {
    const NamesJson& items = member(json, "items");
    const NamesJson& list = json.is_array() ? json : items;
    if (!list.is_array())
        return names_in_entry(json, found);
    return std::ranges::all_of(list, [&](const NamesJson& entry) { return names_in_entry(entry, found); });
}

}  // namespace

void ContainerNames::add(std::string_view id, std::string_view name) {
    constexpr std::size_t longest_id = 256;
    id = bare_id(id);
    name.remove_prefix(name.starts_with('/') ? 1 : 0);  // Docker's names begin with a slash
    if (id.size() < shortest_id || id.size() > longest_id || name.empty())
        return;
    if (names_.size() >= max_names && !names_.contains(id))
        throw Error("it has more than " + std::to_string(max_names) + " names");
    names_.insert_or_assign(std::string(id), std::string(name.substr(0, max_name_bytes)));
}

void ContainerNames::read(std::string_view text) {
    const NamesJson json = too_deep(text) ? NamesJson(NamesJson::value_t::discarded)
                                          : NamesJson::parse(text.begin(), text.end(), nullptr, false);
    std::vector<std::pair<std::string, std::string>> found;
    if (json.is_discarded() || !names_in(json, found)) {
        throw Error(
            "it is not what docker inspect, podman inspect, crictl inspect or kubectl get pods -A -o json print");
    }
    for (const auto& [id, name] : found)
        add(id, name);
}

std::string ContainerNames::name_of(std::string_view id) const {
    if (const auto found = names_.find(id); found != names_.end())
        return found->second;
    if (id.size() < shortest_id)
        return {};
    // A file may have the short form of an id: no other one may begin in the same way.
    std::string name;
    for (std::size_t digits = shortest_id; digits < id.size(); ++digits)
        if (const auto found = names_.find(id.substr(0, digits)); found != names_.end())
            name = found->second;
    return name;
}

}  // namespace caprec
