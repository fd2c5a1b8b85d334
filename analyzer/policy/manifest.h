// SPDX-License-Identifier: Apache-2.0
//
// What the formats in YAML and JSON share.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/policy/container.h"
#include "analyzer/policy/policy_formats.h"
#include "analyzer/policy/yaml.h"

namespace caprec {

// Reads the text as YAML and calls `read`; whatever goes wrong is a problem of the result.
void with_yaml(const PolicyText& text, ParsedPolicy& result, const std::function<void(const Yaml&)>& read);

// Adds the names of a list to `list`; what is no list of names is a problem.  Nothing for no node.
void read_names(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, Engine engine,
                std::vector<ContainerEntry>& list, ParsedPolicy& result);

// false for no node; what is neither true nor false is a problem, and true when that is the careful answer.
bool read_bool(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, ParsedPolicy& result);

// A key that is nobody's is a problem, lest it be thought to count: one that differs from one of `meant` in case, - and
// _ only, and one that belongs elsewhere.  Nothing for no node.
struct Misplaced {
    std::string_view key, instead;  // "capabilities", "it belongs into securityContext"
};
void refuse_keys(const Yaml& yaml, std::optional<Yaml::Node> node, std::span<const std::string_view> meant,
                 std::span<const Misplaced> misplaced, ParsedPolicy& result);

// One of several that a file describes: by the name that the user gave, or the only one.
struct Candidate {
    std::string name, long_name;  // "web", "shop/web"; raw
    Yaml::Node node = 0;
};
// Null: none or several fit, which is a problem.  `what` is "service".
const Candidate* choose(const std::vector<Candidate>& candidates, const std::string& wanted, std::string_view what,
                        ParsedPolicy& result);

}  // namespace caprec
