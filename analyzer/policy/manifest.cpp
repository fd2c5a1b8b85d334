// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/manifest.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analyzer/policy/problems.h"
#include "schema/error.h"

namespace caprec {
namespace {

std::string letters_of(std::string_view key) {  // "capdrop" of cap_drop, cap-drop, capDrop
    std::string letters;
    for (const char letter : key)
        if (letter != '-' && letter != '_')
            letters += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    return letters;
}

using Entries = std::vector<std::pair<std::string_view, Yaml::Node>>;

// The entries of a map, and of all maps that it merges (<<), each once.
Entries all_entries(const Yaml& yaml, Yaml::Node map) {
    Entries entries;
    std::set<Yaml::Node> seen;
    for (std::vector<Yaml::Node> left = {map}; !left.empty();) {
        const Yaml::Node node = left.back();
        left.pop_back();
        if (!seen.insert(node).second)
            continue;
        if (yaml.kind(node) == Yaml::Kind::list && node != map)
            left.insert(left.end(), yaml.items(node).begin(), yaml.items(node).end());
        if (!yaml.is_map(node))
            continue;
        for (const auto& entry : yaml.entries(node)) {
            entries.push_back(entry);
            if (entry.first == "<<")
                left.push_back(entry.second);
        }
    }
    return entries;
}

}  // namespace

void with_yaml(const PolicyText& text, ParsedPolicy& result, const std::function<void(const Yaml&)>& read) {
    Yaml::Problem problem;
    const std::optional<Yaml> yaml = Yaml::parse(text.bytes, problem);
    if (!yaml)
        return add_problem(result, problem.line, problem.text);
    try {
        read(*yaml);
    } catch (const Error& error) {
        add_problem(result, 0, error.what());
    }
}

void read_names(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, Engine engine,
                std::vector<ContainerEntry>& list, ParsedPolicy& result) {
    if (!node || yaml.kind(*node) == Yaml::Kind::null)
        return;
    if (yaml.kind(*node) != Yaml::Kind::list)
        return add_problem(result, yaml.line(*node), std::string(key) + " is no list of capabilities");
    for (const Yaml::Node item : yaml.items(*node))
        if (yaml.kind(item) == Yaml::Kind::scalar)
            add_entry(yaml.text(item), {result.policy.file, yaml.line(item)}, engine, list, result);
        else
            add_problem(result, yaml.line(item), std::string(key) + " has something that is no name");
}

bool read_bool(const Yaml& yaml, std::optional<Yaml::Node> node, std::string_view key, ParsedPolicy& result) {
    if (!node || yaml.kind(*node) == Yaml::Kind::null)
        return false;
    const std::string& word = yaml.text(*node);
    constexpr std::string_view yes[] = {"true", "True", "TRUE"}, no[] = {"false", "False", "FALSE"};
    if (yaml.kind(*node) == Yaml::Kind::scalar && std::ranges::find(yes, word) != std::end(yes))
        return true;
    if (yaml.kind(*node) != Yaml::Kind::scalar || std::ranges::find(no, word) == std::end(no))
        add_problem(result, yaml.line(*node), std::string(key) + " is neither true nor false");
    return false;
}

void refuse_keys(const Yaml& yaml, std::optional<Yaml::Node> node, std::span<const std::string_view> meant,
                 std::span<const Misplaced> misplaced, ParsedPolicy& result) {
    for (const auto& entry : node ? all_entries(yaml, *node) : Entries()) {
        const std::string_view key = entry.first;
        const auto problem = [&](std::string_view text) {
            add_problem(result, yaml.line(entry.second),
                        "'" + std::string(key) + "' is not read there: " + std::string(text));
        };
        const std::string plain = letters_of(key);
        const auto near = std::ranges::find(meant, plain, letters_of);
        const auto other =
            std::ranges::find(misplaced, plain, [](const Misplaced& row) { return letters_of(row.key); });
        if (std::ranges::find(meant, key) != meant.end())
            continue;
        if (near != meant.end())
            problem("write " + std::string(*near));
        else if (other != misplaced.end())
            problem(other->instead);
    }
}

const Candidate* choose(const std::vector<Candidate>& candidates, const std::string& wanted, std::string_view what,
                        ParsedPolicy& result) {
    constexpr std::size_t named = 10;
    if (candidates.empty()) {
        add_problem(result, 0, "has no " + std::string(what));
        return nullptr;
    }
    const auto fits = [&](const Candidate& candidate) {
        return wanted.empty() || candidate.name == wanted || candidate.long_name == wanted;
    };
    if (std::ranges::count_if(candidates, fits) == 1)
        return &*std::ranges::find_if(candidates, fits);
    std::string names;
    for (const Candidate& candidate : candidates)
        if (static_cast<std::size_t>(&candidate - candidates.data()) == named)
            names += ", ...";
        else if (static_cast<std::size_t>(&candidate - candidates.data()) < named)
            names += (names.empty() ? "" : ", ") + (candidate.long_name.empty() ? candidate.name : candidate.long_name);
    const bool unknown = std::ranges::none_of(candidates, fits);
    add_problem(result, 0,
                (unknown ? "has no " + std::string(what) + " '" + wanted + "'"
                         : "has more than one " + std::string(what) + (wanted.empty() ? "" : " '" + wanted + "'")) +
                    "; --service NAME chooses one of: " + names);
    return nullptr;
}

}  // namespace caprec
