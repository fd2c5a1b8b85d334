// SPDX-License-Identifier: Apache-2.0
//
// A service of a Compose file, as Docker Compose starts it.
#include <algorithm>

#include "analyzer/policy/manifest.h"
#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

void read_service(const Yaml& yaml, const Candidate& service, ParsedPolicy& result) {
    const Yaml::Node node = service.node;
    const auto place_of = [&](Yaml::Node at) { return PolicyPlace{result.policy.file, yaml.line(at)}; };
    if (const auto extends = yaml.find(node, "extends"))
        add_problem(result, yaml.line(*extends),
                    "extends brings in what stands elsewhere; check what 'docker compose config' prints instead");
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
    return std::ranges::any_of(lines_of(text), [](std::string_view line) { return line.starts_with("services:"); });
}

void parse_compose(const PolicyText& text, ParsedPolicy& result) {
    with_yaml(text, result, [&](const Yaml& yaml) {
        std::vector<Candidate> services;
        for (const Yaml::Node document : yaml.documents()) {
            if (const auto all = yaml.find(document, "services")) {
                for (const auto& [name, node] : yaml.entries(*all))
                    services.push_back({std::string(name), {}, node});
            }
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
