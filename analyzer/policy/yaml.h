// SPDX-License-Identifier: Apache-2.0
//
// A YAML or JSON text as a tree that is safe to walk, whatever the text is: an alias is the same node again and never a
// copy, and size and depth are limited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caprec {

class Yaml {
public:
    using Node = std::size_t;
    static constexpr std::size_t max_nodes = 200'000, max_depth = 64;

    struct Problem {
        std::size_t line = 0;  // from 1 on; 0: not known
        std::string text;
    };

    enum class Kind : std::uint8_t { null, scalar, list, map };

    // Nothing when it fails; `problem` says why.
    static std::optional<Yaml> parse(std::string_view text, Problem& problem);

    const std::vector<Node>& documents() const { return documents_; }
    Kind kind(Node node) const { return nodes_[node].kind; }
    bool is_map(Node node) const { return kind(node) == Kind::map; }
    std::size_t line(Node node) const { return nodes_[node].line; }
    const std::string& text(Node node) const { return nodes_[node].text; }  // the text of a scalar
    bool is_quoted(Node node) const { return nodes_[node].quoted; }
    const std::vector<Node>& items(Node node) const { return nodes_[node].children; }  // the items of a list

    // The value of a key of a map, or of the maps that it merges (<<).  The map's own key comes first, and when it is
    // there twice, the last one counts.  Nothing when it is not a map, or has no such key.  Throws Error when a map
    // merges a thousand others.
    std::optional<Node> find(Node map, std::string_view key) const;
    // Keys and values of the map itself, without those that it merges.
    std::vector<std::pair<std::string_view, Node>> entries(Node map) const;

private:
    friend class YamlBuilder;
    struct Content {
        Kind kind = Kind::null;
        bool quoted = false;
        std::size_t line = 0;
        std::string text = {};
        std::vector<Node> children = {};  // a map has key, value, key, value ...
    };
    std::optional<Node> find(Node map, std::string_view key, unsigned& budget) const;

    std::vector<Content> nodes_;
    std::vector<Node> documents_;
};

}  // namespace caprec
