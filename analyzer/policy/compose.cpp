// SPDX-License-Identifier: Apache-2.0
//
// A service of a Compose file, as Docker Compose starts it.
#include <algorithm>

#include "analyzer/policy/manifest.h"
#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

constexpr std::string_view keys[] = {"cap_add", "cap_drop", "privileged", "user", "security_opt", "extends"};
constexpr Misplaced misplaced[] = {{"capabilities", "write cap_add and cap_drop"},
                                   {"cap_adds", "write cap_add"},
                                   {"cap_drops", "write cap_drop"},
                                   {"add_cap", "write cap_add"},
                                   {"drop_cap", "write cap_drop"},
                                   {"securityContext", "write cap_add, cap_drop, privileged and user"},
                                   {"security_opts", "write security_opt"}};
constexpr Misplaced in_deploy[] = {{"cap_add", "it belongs to the service"},
                                   {"cap_drop", "it belongs to the service"},
                                   {"privileged", "it belongs to the service"},
                                   {"user", "it belongs to the service"}};
constexpr Misplaced outside[] = {{"cap_add", "it belongs into a service"},
                                 {"cap_drop", "it belongs into a service"},
                                 {"privileged", "it belongs into a service"}};

void read_service(const Yaml& yaml, const Candidate& service, ParsedPolicy& result) {
    const Yaml::Node node = service.node;
    const auto place_of = [&](Yaml::Node at) { return PolicyPlace{result.policy.file, yaml.line(at)}; };
    if (const auto extends = yaml.find(node, "extends"))
        add_problem(result, yaml.line(*extends),
                    "extends brings in what stands elsewhere; check what 'docker compose config' prints instead");
    refuse_keys(yaml, node, keys, misplaced, result);
    refuse_keys(yaml, yaml.find(node, "deploy"), {}, in_deploy, result);
    Container container;
    container.place = place_of(node);
    container.add_key = "cap_add";
    container.drop_key = "cap_drop";
    read_names(yaml, yaml.find(node, "cap_add"), "cap_add", container.engine, container.add, result);
    read_names(yaml, yaml.find(node, "cap_drop"), "cap_drop", container.engine, container.drop, result);
    if (const auto privileged = yaml.find(node, "privileged"); read_bool(yaml, privileged, "privileged", result))
        container.privileged = place_of(*privileged);
    if (const auto user = yaml.find(node, "user"); user && !yaml.text(*user).empty()) {
        container.user = ContainerUser{yaml.text(*user), place_of(*user), "user: " + yaml.text(*user)};
        container.user_is_root = is_root(yaml.text(*user));
    }
    if (const auto options = yaml.find(node, "security_opt"); options && yaml.kind(*options) == Yaml::Kind::list)
        container.no_new_privileges = std::ranges::any_of(yaml.items(*options), [&](Yaml::Node option) {
            const std::string& text = yaml.text(option);
            return text.starts_with("no-new-privileges") && !text.ends_with("false");
        });
    add_container(container, result.policy);
}

}  // namespace

bool looks_like_compose(std::string_view text) {
    constexpr std::string_view names[] = {"services:", "\"services\":", "'services':"};
    if (trimmed(text).starts_with('{')) {
        Yaml::Problem ignored;
        const std::optional<Yaml> json = Yaml::parse(text, ignored);
        return json && !json->documents().empty() &&
               std::ranges::any_of(json->entries(json->documents()[0]),
                                   [](const auto& entry) { return entry.first == "services"; });
    }
    return std::ranges::any_of(lines_of(text), [&](std::string_view line) {
        return std::ranges::any_of(names, [&](std::string_view name) { return line.starts_with(name); });
    });
}

void parse_compose(const PolicyText& text, ParsedPolicy& result) {
    with_yaml(text, result, [&](const Yaml& yaml) {
        std::vector<Candidate> services;
        for (const Yaml::Node document : yaml.documents()) {
            refuse_keys(yaml, document, {}, outside, result);
            const auto all = yaml.find(document, "services");
            for (const auto& [name, node] :
                 all ? yaml.entries(*all) : std::vector<std::pair<std::string_view, Yaml::Node>>())
                if (yaml.is_map(node) || std::ranges::find(outside, name, &Misplaced::key) == std::end(outside))
                    services.push_back({std::string(name), {}, node});
                else
                    add_problem(result, yaml.line(node),
                                "'" + std::string(name) + "' is not read there: it belongs into a service");
        }
        const Candidate* service = choose(services, text.service, "service", result);
        if (service == nullptr)
            return;
        if (yaml.is_map(service->node))
            read_service(yaml, *service, result);
        else
            add_problem(result, yaml.line(service->node), "the service '" + service->name + "' is no map");
    });
}

}  // namespace caprec
