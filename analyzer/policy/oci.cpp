// SPDX-License-Identifier: Apache-2.0
//
// The config.json of an OCI runtime.  After execve, a process of uid 0 has all that the bounding set leaves, another
// one has its ambient set (capabilities(7)); without process.capabilities there are none.
#include <algorithm>
#include <array>

#include "analyzer/policy/container.h"
#include "analyzer/policy/manifest.h"
#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

struct ListedSet {
    CapabilitySet set;
    PolicyPlace place;
    std::string words;  // "process.capabilities.bounding"
    std::vector<std::pair<CapabilitySet, PolicyPlace>> names;
};

class Config {
public:
    Config(const Yaml& yaml, ParsedPolicy& result) : yaml_(yaml), result_(result) {}

    void read(Yaml::Node document) {
        const auto process = yaml_.find(document, "process");
        if (!process || !yaml_.is_map(*process))
            return add_problem(result_, 0, "has no process, whose capabilities are set there");
        const auto sets = yaml_.find(*process, "capabilities");
        sets_place_ = place_of(sets.value_or(*process));
        const auto user = yaml_.find(*process, "user");
        const auto uid = user ? yaml_.find(*user, "uid") : std::nullopt;
        const std::string name = uid ? yaml_.text(*uid) : "0";
        const ListedSet bounding = read_set(sets, "bounding");
        if (is_root(name))
            judge_root(sets, bounding, *process);
        else
            judge_other(sets, bounding, name);
        result_.policy.as_root = is_root(name);
        add_assumptions(*process, document, is_root(name) ? "" : name);
    }

private:
    PolicyPlace place_of(Yaml::Node node) const { return {result_.policy.file, yaml_.line(node)}; }

    ListedSet read_set(std::optional<Yaml::Node> sets, std::string_view name) {
        ListedSet listed;
        listed.place = sets_place_;
        listed.words = "process.capabilities." + std::string(name);
        const auto list = sets ? yaml_.find(*sets, name) : std::nullopt;
        if (!list || yaml_.kind(*list) == Yaml::Kind::null)
            return listed;
        listed.place = place_of(*list);
        if (yaml_.kind(*list) != Yaml::Kind::list)
            add_problem(result_, yaml_.line(*list), listed.words + " is no list of capabilities");
        for (const Yaml::Node item : yaml_.items(*list)) {
            if (const auto number = read_capability(yaml_.text(item), NameStyle::canonical)) {
                listed.names.emplace_back(CapabilitySet::of({*number}), place_of(item));
                listed.set.insert(*number);
            } else {
                add_problem(result_, yaml_.line(item), no_capability(yaml_.text(item), NameStyle::canonical));
            }
        }
        return listed;
    }

    // With no_new_privs not even root gets anything by execve that it did not have before.
    void judge_root(std::optional<Yaml::Node> sets, const ListedSet& bounding, Yaml::Node process) {
        CapabilitySet usable = bounding.set;
        if (read_bool(yaml_, yaml_.find(process, "noNewPrivileges"), "noNewPrivileges", result_)) {
            const ListedSet permitted = read_set(sets, "permitted");
            usable = usable & permitted.set;
            result_.policy.refusals.push_back({bounding.set - permitted.set, permitted.place,
                                               permitted.words + " lacks {, and noNewPrivileges is on"});
        }
        add(bounding, usable);
    }

    // The kernel lets a capability be ambient only while it is permitted and inheritable.
    void judge_other(std::optional<Yaml::Node> sets, const ListedSet& bounding, const std::string& uid) {
        const ListedSet ambient = read_set(sets, "ambient");
        CapabilitySet usable = ambient.set & bounding.set;
        for (const char* name : {"permitted", "inheritable"}) {
            const ListedSet also = read_set(sets, name);
            usable = usable & also.set;
            result_.policy.refusals.push_back(
                {ambient.set - also.set, also.place, also.words + " lacks {, so that it cannot be ambient"});
        }
        result_.policy.refusals.push_back(
            {CapabilitySet::all() - bounding.set, bounding.place, bounding.words + " lacks {"});
        result_.policy.refusals.push_back({bounding.set - ambient.set, ambient.place,
                                           ambient.words + " lacks {, and the process runs as uid " + uid});
        add(ambient, usable);
    }

    void add(const ListedSet& listed, CapabilitySet usable) {
        CapabilitySet left = usable;
        for (const auto& [name, place] : listed.names) {
            if (!(name & left).empty())
                result_.policy.rules.push_back({false, {}, name, place, listed.words, ""});
            left = left - name;
        }
        if (result_.policy.rules.empty())
            result_.policy.rules.push_back({false, {}, {}, listed.place, listed.words, ""});
        result_.policy.refusals.push_back({CapabilitySet::all() - usable, listed.place, listed.words + " lacks {"});
    }

    void add_assumptions(Yaml::Node process, Yaml::Node document, const std::string& other_uid) {
        std::vector<std::string>& assumptions = result_.policy.assumptions;
        assumptions.push_back(other_uid.empty() ? "the process runs as uid 0: it can use what the bounding set has"
                                                : "the process runs as uid " + other_uid +
                                                      ": it can use what is ambient, permitted, inheritable and in the "
                                                      "bounding set; executables with file "
                                                      "capabilities or a set-user-ID bit are not counted on");
        const auto no_new = yaml_.find(process, "noNewPrivileges");
        if (no_new && yaml_.text(*no_new) == "true")
            assumptions.push_back(
                "noNewPrivileges is on: set-user-ID programs and file capabilities give nothing to what the process "
                "starts");
        const auto system = yaml_.find(document, "linux");
        const auto namespaces = system ? yaml_.find(*system, "namespaces") : std::nullopt;
        for (const Yaml::Node each : namespaces ? yaml_.items(*namespaces) : std::vector<Yaml::Node>()) {
            const auto type = yaml_.find(each, "type");
            if (type && yaml_.text(*type) == "user")
                assumptions.push_back("it has a user namespace of its own: its capabilities count in there only");
        }
    }

    const Yaml& yaml_;
    ParsedPolicy& result_;
    PolicyPlace sets_place_;
};

}  // namespace

bool looks_like_oci(std::string_view text) {
    return trimmed(text).starts_with('{') && text.find("\"process\"") != std::string_view::npos;
}

void parse_oci(const PolicyText& text, ParsedPolicy& result) {
    with_yaml(text, result, [&](const Yaml& yaml) {
        if (yaml.documents().size() == 1)
            Config(yaml, result).read(yaml.documents()[0]);
        else
            add_problem(result, 0, "is not one JSON document");
    });
}

}  // namespace caprec
