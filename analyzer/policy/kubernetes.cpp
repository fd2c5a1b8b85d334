// SPDX-License-Identifier: Apache-2.0
//
// A container of a Kubernetes manifest.  No engine makes anything ambient, so added capabilities are for uid 0.
#include <algorithm>
#include <array>
#include <iterator>

#include "analyzer/policy/manifest.h"
#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

// The place of the pod in each kind of workload.
struct Workload {
    std::string_view kind;
    std::array<std::string_view, 5> path;  // empty: the end
};
constexpr Workload workloads[] = {
    {"Pod", {"spec"}},
    {"PodTemplate", {"template", "spec"}},
    {"Deployment", {"spec", "template", "spec"}},
    {"ReplicaSet", {"spec", "template", "spec"}},
    {"ReplicationController", {"spec", "template", "spec"}},
    {"StatefulSet", {"spec", "template", "spec"}},
    {"DaemonSet", {"spec", "template", "spec"}},
    {"Job", {"spec", "template", "spec"}},
    {"CronJob", {"spec", "jobTemplate", "spec", "template", "spec"}},
};

constexpr std::string_view into_context = "it belongs into securityContext";
constexpr Misplaced beside_context[] = {{"capabilities", into_context},
                                        {"privileged", into_context},
                                        {"runAsUser", into_context},
                                        {"runAsNonRoot", into_context},
                                        {"allowPrivilegeEscalation", into_context},
                                        {"cap_add", "write securityContext.capabilities.add"},
                                        {"cap_drop", "write securityContext.capabilities.drop"}};
constexpr std::string_view of_containers = "it belongs into the securityContext of the container";
constexpr Misplaced not_of_pods[] = {
    {"capabilities", of_containers}, {"privileged", of_containers}, {"allowPrivilegeEscalation", of_containers}};
constexpr std::string_view user_keys[] = {"runAsUser", "runAsNonRoot"};
constexpr std::string_view context_keys[] = {"capabilities", "privileged", "runAsUser", "runAsNonRoot",
                                             "allowPrivilegeEscalation"};
constexpr Misplaced in_context[] = {{"add", "it belongs into capabilities"},
                                    {"drop", "it belongs into capabilities"},
                                    {"cap_add", "write capabilities.add"},
                                    {"cap_drop", "write capabilities.drop"}};

// A container and the pod that it is in; a mere securityContext has no pod.
struct Found {
    Yaml::Node container = 0;
    std::optional<Yaml::Node> pod;
};

class Manifests {
public:
    Manifests(const Yaml& yaml, ParsedPolicy& result) : yaml_(yaml), result_(result) {}

    void add(Yaml::Node document, unsigned depth = 0) {
        constexpr unsigned max_lists = 3;
        const std::optional<Yaml::Node> kind = yaml_.find(document, "kind");
        const std::string_view name = kind ? std::string_view(yaml_.text(*kind)) : std::string_view();
        if (name == "List" && depth < max_lists) {
            const auto items = yaml_.find(document, "items");
            for (const Yaml::Node item : items ? yaml_.items(*items) : std::vector<Yaml::Node>())
                add(item, depth + 1);
            return;
        }
        if (!kind && yaml_.find(document, "securityContext"))
            return add_container(document, {}, {});
        const auto* workload = std::ranges::find(workloads, name, &Workload::kind);
        if (workload == std::end(workloads))
            return;  // a Service, a ConfigMap: nothing runs in it
        std::optional<Yaml::Node> pod = document;
        for (const std::string_view step : workload->path)
            if (!step.empty() && pod)
                pod = yaml_.find(*pod, step);
        if (!pod)
            return add_problem(result_, yaml_.line(document), std::string(name) + " has no pod in it");
        for (const std::string_view list : {"containers", "initContainers"}) {
            const auto containers = yaml_.find(*pod, list);
            for (const Yaml::Node container : containers ? yaml_.items(*containers) : std::vector<Yaml::Node>())
                add_container(container, pod, name_of(document));
        }
    }

    void read(const std::string& service) {
        const Candidate* chosen = choose(candidates_, service, "container", result_);
        if (chosen != nullptr)
            read(found_[static_cast<std::size_t>(chosen - candidates_.data())]);
    }

private:
    std::string name_of(Yaml::Node document) const {
        const auto metadata = yaml_.find(document, "metadata");
        const auto name = metadata ? yaml_.find(*metadata, "name") : std::nullopt;
        return name ? yaml_.text(*name) : "";
    }

    void add_container(Yaml::Node node, std::optional<Yaml::Node> pod, const std::string& workload) {
        const auto name = yaml_.find(node, "name");
        const std::string word = name ? yaml_.text(*name) : "";
        candidates_.push_back({word, workload.empty() ? word : workload + '/' + word, node});
        found_.push_back({node, pod});
    }

    // The setting of the container, or else of the pod.
    std::optional<Yaml::Node> setting(const Found& found, std::string_view key) const {
        for (const std::optional<Yaml::Node> owner : {std::optional(found.container), found.pod}) {
            const auto context = owner ? yaml_.find(*owner, "securityContext") : std::nullopt;
            const auto value = context ? yaml_.find(*context, key) : std::nullopt;
            if (value && yaml_.kind(*value) != Yaml::Kind::null)
                return value;
        }
        return std::nullopt;
    }

    void refuse_keys(const Found& found) {
        constexpr std::string_view context[] = {"securityContext"}, sets[] = {"add", "drop"};
        constexpr Misplaced in_sets[] = {{"cap_add", "write add"}, {"cap_drop", "write drop"}};
        const auto refuse = [&](std::optional<Yaml::Node> node, std::span<const std::string_view> meant,
                                std::span<const Misplaced> strays) {
            caprec::refuse_keys(yaml_, node, meant, strays, result_);
        };
        const auto within = [&](std::optional<Yaml::Node> node, std::string_view key) {
            return node ? yaml_.find(*node, key) : std::nullopt;
        };
        const auto own = within(found.container, "securityContext");
        if (found.pod) {
            refuse(found.container, context, beside_context);
            refuse(found.pod, context, beside_context);
            refuse(within(found.pod, "securityContext"), user_keys, not_of_pods);
        }
        refuse(own, context_keys, in_context);
        refuse(within(own, "capabilities"), sets, in_sets);
    }

    PolicyPlace place_of(Yaml::Node node) const { return {result_.policy.file, yaml_.line(node)}; }

    void read(const Found& found) {
        Container container;
        container.engine = Engine::kubernetes;
        container.place = place_of(found.container);
        container.add_key = "capabilities.add";
        container.drop_key = "capabilities.drop";
        refuse_keys(found);
        const auto context = yaml_.find(found.container, "securityContext");
        if (const auto sets = context ? yaml_.find(*context, "capabilities") : std::nullopt) {
            read_names(yaml_, yaml_.find(*sets, "add"), "add", container.engine, container.add, result_);
            read_names(yaml_, yaml_.find(*sets, "drop"), "drop", container.engine, container.drop, result_);
        }
        const auto privileged = context ? yaml_.find(*context, "privileged") : std::nullopt;
        if (read_bool(yaml_, privileged, "privileged", result_))
            container.privileged = place_of(*privileged);
        read_user(found, container);
        const auto escalation = context ? yaml_.find(*context, "allowPrivilegeEscalation") : std::nullopt;
        container.no_new_privileges = escalation && !read_bool(yaml_, escalation, "allowPrivilegeEscalation", result_);
        caprec::add_container(container, result_.policy);
        if (const auto host_users = found.pod ? yaml_.find(*found.pod, "hostUsers") : std::nullopt;
            host_users && !read_bool(yaml_, host_users, "hostUsers", result_))
            result_.policy.assumptions.push_back(
                "hostUsers: false gives the pod a user namespace of its own: its capabilities count in there only");
    }

    void read_user(const Found& found, Container& container) {
        const auto user = setting(found, "runAsUser");
        const auto others = setting(found, "runAsNonRoot");
        if (user) {
            container.user = ContainerUser{yaml_.text(*user), place_of(*user), "runAsUser: " + yaml_.text(*user)};
            container.user_is_root = is_root(yaml_.text(*user));
        } else if (read_bool(yaml_, others, "runAsNonRoot", result_)) {
            container.user = ContainerUser{"", place_of(*others), "runAsNonRoot: true"};
        }
    }

    const Yaml& yaml_;
    ParsedPolicy& result_;
    std::vector<Candidate> candidates_;
    std::vector<Found> found_;  // for each candidate
};

}  // namespace

bool looks_like_kubernetes(std::string_view text) {
    constexpr std::string_view keys[] = {"apiVersion:", "kind:", "securityContext:", "\"apiVersion\":"};
    return std::ranges::any_of(lines_of(text), [&](std::string_view line) {
        const bool is_json = trimmed(line).starts_with('"') || line.starts_with('{');
        return std::ranges::any_of(keys, [&](std::string_view key) {
            return key[0] == '"' ? is_json && line.find(key) != std::string_view::npos : line.starts_with(key);
        });
    });
}

void parse_kubernetes(const PolicyText& text, ParsedPolicy& result) {
    with_yaml(text, result, [&](const Yaml& yaml) {
        Manifests manifests(yaml, result);
        for (const Yaml::Node document : yaml.documents())
            manifests.add(document);
        if (result.problems.empty())
            manifests.read(text.service);
    });
}

}  // namespace caprec
