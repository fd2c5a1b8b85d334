// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/container.h"

#include <algorithm>

#include "analyzer/policy/problems.h"

namespace caprec {
namespace {

// CRI-O gives less than containerd: only what both give can be relied on.
const DefaultSet& default_of(Engine engine) {
    switch (engine) {
        case Engine::docker: return docker_default();
        case Engine::podman: return podman_default();
        case Engine::kubernetes: return cri_o_default();
    }
    return cri_o_default();
}

struct Sum {
    CapabilitySet set;
    bool all = false;
};
Sum sum_of(const std::vector<ContainerEntry>& entries) {
    Sum sum;
    for (const ContainerEntry& entry : entries) {
        sum.set |= entry.set;
        sum.all = sum.all || entry.all;
    }
    return sum;
}

// The capabilities of root in the container.  Docker and Podman drop first and then add; with ALL they add all that is
// not dropped by name.  Kubernetes' engines add first and then drop.
CapabilitySet bounding_of(const Container& container) {
    if (container.privileged)
        return CapabilitySet::all();
    const Sum add = sum_of(container.add), drop = sum_of(container.drop);
    const CapabilitySet base = default_of(container.engine).set;
    if (container.engine == Engine::kubernetes) {
        const CapabilitySet start = drop.all ? CapabilitySet() : add.all ? CapabilitySet::all() : base;
        return (start | add.set) - drop.set;
    }
    if (add.all)
        return CapabilitySet::all() - drop.set;
    return drop.all ? add.set : (base - drop.set) | add.set;
}

// For a user other than root, Podman makes capabilities that are added by name ambient; the others make nothing
// ambient.
CapabilitySet usable_by_others(const Container& container, CapabilitySet bounding) {
    const Sum add = sum_of(container.add);
    if (container.engine != Engine::podman)
        return {};
    return (add.all ? CapabilitySet::all() : add.set) & bounding;
}

void add_rules(const Container& container, CapabilitySet usable, Policy& policy) {
    CapabilitySet left = usable;
    for (const ContainerEntry& entry : container.add) {
        const CapabilitySet adds = (entry.all ? CapabilitySet::all() : entry.set) & left;
        if (adds.empty() || (container.privileged && usable == CapabilitySet::all()))
            continue;
        policy.rules.push_back({false, {}, adds, entry.place, container.add_key, ""});
        left = left - adds;
    }
    const PolicyPlace place = container.privileged.value_or(container.place);
    if (!left.empty() || policy.rules.empty())
        policy.rules.push_back({false,
                                {},
                                left,
                                place,
                                container.privileged ? "privileged"
                                : left.empty()       ? "nothing that is added"
                                               : "the default of " + std::string(default_of(container.engine).who),
                                ""});
}

void add_refusals(const Container& container, CapabilitySet bounding, CapabilitySet usable, Policy& policy) {
    const CapabilitySet lost = bounding - usable;
    if (container.user && !lost.empty())
        policy.refusals.push_back(
            {lost, container.user->place,
             container.user->words +
                 ": a process that is not root has { only from an executable with file capabilities" +
                 (container.engine == Engine::podman ? ", or by " + container.add_key : "")});
    for (const ContainerEntry& entry : container.drop)
        if (!(entry.set - bounding).empty())
            policy.refusals.push_back({entry.set - bounding, entry.place, container.drop_key + " drops {"});
    const PolicyPlace* last = &container.place;
    for (const auto* list : {&container.drop, &container.add})
        last = list->empty() ? last : &list->back().place;
    const bool all_dropped = sum_of(container.drop).all;
    const std::string beyond = all_dropped
                                   ? container.add_key + " lacks {"
                                   : "{ is not in the default of " + std::string(default_of(container.engine).who) +
                                         ": " + container.add_key + " must have it";
    policy.refusals.push_back({CapabilitySet::all() - bounding, *last, beyond});
}

void add_assumptions(const Container& container, CapabilitySet usable, Policy& policy) {
    std::vector<std::string>& assumptions = policy.assumptions;
    if (container.user)
        policy.as_root = container.user_is_root;
    if (!container.user)
        assumptions.push_back(
            "no user is named, so the one of the image counts, which is not known here: this holds for root, and "
            "another user has " +
            std::string(usable_by_others(container, usable).empty() ? "none of it"
                                                                    : "only what " + container.add_key + " names"));
    else if (!container.user_is_root)
        assumptions.push_back("the container does not run as root (" + container.user->words + "): " +
                              (usable.empty() ? "its processes have no capabilities"
                                              : "its processes have what " + container.add_key + " names") +
                              "; executables with file capabilities or a set-user-ID bit are not counted on");
    if (container.engine == Engine::kubernetes && !container.privileged && !sum_of(container.drop).all)
        assumptions.push_back(
            "what the engine gives by default is taken for that of CRI-O, which containerd's is more than");
    if (container.no_new_privileges)
        assumptions.push_back(
            "no_new_privs is on: set-user-ID programs and file capabilities give nothing to what the container starts");
}

NameStyle style_of(Engine engine) { return engine == Engine::kubernetes ? NameStyle::bare : NameStyle::known; }

bool is_all(std::string_view word) {
    constexpr std::string_view all = "ALL";
    return std::ranges::equal(word, all, {}, [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
}

}  // namespace

bool is_root(std::string_view user) {
    const std::string_view name = user.substr(0, user.find(':'));
    return name == "root" || (!name.empty() && name.find_first_not_of('0') == std::string_view::npos);
}

void add_entry(std::string_view word, const PolicyPlace& place, Engine engine, std::vector<ContainerEntry>& list,
               ParsedPolicy& result) {
    if (is_all(word))
        list.push_back({{}, true, place});
    else if (const auto number = read_capability(word, style_of(engine)))
        list.push_back({CapabilitySet::of({*number}), false, place});
    else
        add_problem(result, place, no_capability(word, style_of(engine)));
}

void add_container(const Container& container, Policy& policy) {
    const CapabilitySet bounding = bounding_of(container);
    const bool is_other = container.user && !container.user_is_root;
    const CapabilitySet usable = is_other ? usable_by_others(container, bounding) : bounding;
    add_rules(container, usable, policy);
    add_refusals(container, bounding, usable, policy);
    add_assumptions(container, usable, policy);
}

}  // namespace caprec
