// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <sstream>

#include "schema/error.h"

namespace caprec {

// Takes the events of the parser, which are those of the text itself: aliases are not followed.
class YamlBuilder final : public YAML::EventHandler {
public:
    Yaml take() { return std::move(yaml_); }

    void OnDocumentStart(const YAML::Mark&) override {
        anchors_.clear();
        open_.clear();
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, anchor, {}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            throw YAML::ParserException(mark, "an alias of nothing");
        place(mark, found->second);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        add(mark, anchor, {.kind = Yaml::Kind::scalar, .quoted = tag == "!", .text = value});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, add(mark, anchor, {.kind = Yaml::Kind::list}));
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, add(mark, anchor, {.kind = Yaml::Kind::map}));
    }
    void OnMapEnd() override { open_.pop_back(); }

private:
    Yaml::Node add(const YAML::Mark& mark, YAML::anchor_t anchor, Yaml::Content content) {
        content.line = static_cast<std::size_t>(mark.line) + 1;
        const Yaml::Node node = yaml_.nodes_.size();
        yaml_.nodes_.push_back(std::move(content));
        if (anchor != 0)
            anchors_[anchor] = node;
        place(mark, node);
        return node;
    }

    void place(const YAML::Mark& mark, Yaml::Node node) {
        if (++places_ > Yaml::max_nodes)
            throw YAML::ParserException(mark, "there are more than 200,000 values");
        if (open_.empty())
            yaml_.documents_.push_back(node);
        else
            yaml_.nodes_[open_.back()].children.push_back(node);
    }

    void open(const YAML::Mark& mark, Yaml::Node node) {
        if (open_.size() == Yaml::max_depth)
            throw YAML::ParserException(mark, "it is nested deeper than 64 levels");
        open_.push_back(node);
    }

    Yaml yaml_;
    std::map<YAML::anchor_t, Yaml::Node> anchors_;
    std::vector<Yaml::Node> open_;
    std::size_t places_ = 0;
};

std::optional<Yaml> Yaml::parse(std::string_view text, Problem& problem) {
    YamlBuilder builder;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& error) {
        problem = {error.mark.is_null() ? 0 : static_cast<std::size_t>(error.mark.line) + 1,
                   "is not YAML: " + error.msg};
        return std::nullopt;
    }
    return builder.take();
}

std::optional<Yaml::Node> Yaml::find(Node map, std::string_view key) const {
    unsigned budget = 1000;
    return find(map, key, budget);
}

std::optional<Yaml::Node> Yaml::find(Node map, std::string_view key, unsigned& budget) const {
    if (!is_map(map))
        return std::nullopt;
    if (budget-- == 0)
        throw Error("a map merges (<<) too many others");
    const std::vector<Node>& children = nodes_[map].children;
    for (std::size_t i = children.size(); i >= 2; i -= 2)
        if (nodes_[children[i - 2]].text == key)
            return children[i - 1];
    for (const auto& [name, value] : entries(map)) {
        if (name != "<<")
            continue;
        if (kind(value) != Kind::list)
            return find(value, key, budget);
        for (const Node merged : items(value))
            if (const auto found = find(merged, key, budget))
                return found;
    }
    return std::nullopt;
}

std::vector<std::pair<std::string_view, Yaml::Node>> Yaml::entries(Node map) const {
    std::vector<std::pair<std::string_view, Node>> list;
    if (!is_map(map))
        return list;
    const std::vector<Node>& children = nodes_[map].children;
    list.reserve(children.size() / 2);
    for (std::size_t i = 0; i + 1 < children.size(); i += 2)
        list.emplace_back(nodes_[children[i]].text, children[i + 1]);
    return list;
}

}  // namespace caprec
