// SPDX-License-Identifier: Apache-2.0
//
// Parts that the formats in YAML and JSON share.
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

// Reads the text as YAML and calls `read`; whatever goes wrong becomes a problem in the result.
void with_yaml(const PolicyText& text, ParsedPolicy& result, const std::function<void(const Yaml&)>& read);

// Adds the names of a list to `list`; anything but a list of names is a problem.  Adds nothing when there is no node.
void read_names(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, Engine engine,
                std::vector<ContainerEntry>& list, ParsedPolicy& result);

// The result is false when there is no node.  What is neither true nor false is a problem, and counts as true when that
// is the careful answer.
bool read_bool(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, ParsedPolicy& result);

// Two kinds of key that nobody reads are problems, so that nobody thinks they count: one that differs from one of
// `meant` only in case, - and _, and one that belongs elsewhere.  There are none when there is no node.
struct Misplaced {
    std::string_view key, instead;  // "capabilities", "it belongs into securityContext"
};
void refuse_keys(const Yaml& yaml, std::optional<Yaml::Node> node, std::span<const std::string_view> meant,
                 std::span<const Misplaced> misplaced, ParsedPolicy& result);

// One of several services or containers that a file describes, to be chosen by the name that the user gave.
struct Candidate {
    std::string name, long_name;  // "web", "shop/web"; raw
    Yaml::Node node = 0;
};
// The one that the user named, or the only one.  Null when none or several fit, which is a problem.  `what` is
// "service".
const Candidate* choose(const std::vector<Candidate>& candidates, const std::string& wanted, std::string_view what,
                        ParsedPolicy& result);

}  // namespace caprec
