// SPDX-License-Identifier: Apache-2.0
#include "analyzer/compare/policy_check.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "analyzer/analysis/minimal_set.h"
#include "schema/enum_table.h"
#include "schema/last_part.h"

namespace caprec {
namespace {

// The policy's terms for one program.
struct Terms {
    CapabilitySet allowed, denied;   // without members in common
    std::vector<std::size_t> rules;  // rules about it, the one with the most fixed bytes first
};

Terms terms_for(const Policy& policy, std::string_view image) {
    Terms terms;
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        const PolicyRule& rule = policy.rules[i];
        if (!rule.is_about(image))
            continue;
        terms.rules.push_back(i);
        (rule.deny ? terms.denied : terms.allowed) |= rule.capabilities;
    }
    terms.allowed = terms.allowed - terms.denied;
    std::ranges::stable_sort(terms.rules, std::ranges::greater{}, [&](std::size_t rule) {
        return std::pair(policy.rules[rule].programs.is_exact(), policy.rules[rule].programs.literals());
    });
    return terms;
}

// `gives_missing`: the policy gives what the program was denied.
std::optional<PolicyFindingKind> judge(const Need& need, const Terms& terms, bool gives_missing) {
    const bool allowed = !(need.any_of & terms.allowed).empty(), denied = !(need.any_of & terms.denied).empty();
    if ((!need.missing || need.once_given) && allowed)
        return std::nullopt;
    if (!need.missing || (need.once_given && gives_missing))
        return denied ? PolicyFindingKind::denied_needed : PolicyFindingKind::not_allowed;
    if (need.once_given)
        return denied ? std::nullopt : std::optional(PolicyFindingKind::once_given);
    if (allowed)
        return PolicyFindingKind::not_given;
    if (denied)
        return std::nullopt;  // as the policy says
    return need.look_up ? PolicyFindingKind::look_up_denied : PolicyFindingKind::fails;
}

std::optional<Reason> reason_of(const Analysis& analysis, std::size_t place) {
    if (analysis.need_reasons.size() == analysis.needs.size())
        return analysis.need_reasons[place];
    return std::nullopt;
}

// Among the refusals that name a member, one that names them all, or else the first.
std::optional<std::size_t> refusal_of(const Policy& policy, CapabilitySet any_of) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < policy.refusals.size(); ++i) {
        const CapabilitySet taken = policy.refusals[i].capabilities & any_of;
        if (taken == any_of)
            return i;
        if (!taken.empty() && !first)
            first = i;
    }
    return first;
}

Closest closest_to(const Policy& policy, const Terms& terms, const Need& need) {
    Closest closest;
    closest.rules = terms.rules;
    closest.refusal = refusal_of(policy, need.any_of);
    for (std::size_t i = 0; i < policy.rules.size() && terms.rules.empty() && !closest.namesake; ++i) {
        const PathPattern& programs = policy.rules[i].programs;
        if (programs.is_exact() && !need.image.empty() &&
            last_part(programs.path()) == last_part(parse_image(need.image).path))
            closest.namesake = i;
    }
    return closest;
}

// The capabilities that one program used among those it is allowed.  A look-up that was denied used none.
CapabilitySet used_of(const std::vector<const Need*>& needs, CapabilitySet allowed) {
    std::vector<Need> met;
    for (const Need* need : needs) {
        if (need->look_up || (need->any_of & allowed).empty())
            continue;
        met.push_back(*need);
        met.back().any_of = need->any_of & allowed;
    }
    return minimal_set(met).capabilities;
}

// Capabilities without a name do not count against a rule that allows all.
CapabilitySet countable(CapabilitySet set) {
    constexpr CapabilitySet all(~std::uint64_t{0}), named((std::uint64_t{1} << known_capabilities) - 1);
    return set == all ? named : set;
}

bool ran_as_root(const RunHeader& header) {
    return (header.run_as_user.empty() ? header.caller_uid : header.run_as_uid) == 0;
}

OtherUser other_user(const RunFacts& run, const Policy& policy) {
    if (!policy.as_root)
        return OtherUser::none;
    const std::vector<RunHeader> settings = run.settings.empty() ? std::vector{run.header} : run.settings;
    if (!*policy.as_root)
        return std::ranges::any_of(settings, ran_as_root) ? OtherUser::root : OtherUser::none;
    return std::ranges::all_of(settings, ran_as_root) ? OtherUser::none : OtherUser::nobody;
}

class Checker {
public:
    Checker(const Analysis& analysis, const Policy& policy)
        : analysis_(analysis), policy_(policy), used_(policy.rules.size()), ran_(policy.rules.size()) {}

    PolicyResult run() {
        std::map<std::string_view, std::vector<const Need*>> needs;
        for (const Need& need : analysis_.needs)
            needs[need.image].push_back(&need);
        for (const std::string& image : executables_of(analysis_)) {
            result_.programs += image.empty() ? 0 : 1;
            const auto found = needs.find(image);
            check_program(image, found != needs.end() ? found->second : std::vector<const Need*>());
        }
        std::ranges::stable_sort(result_.findings, {}, [](const PolicyFinding& finding) {
            return std::tuple(finding.kind, std::string_view(finding.image), finding.any_of.bits());
        });
        add_unused();
        for (const KeptNote& note : analysis_.kept) {
            const CapabilitySet lacks = note.capabilities - terms_for(policy_, note.image).allowed;
            if (!lacks.empty())
                result_.kept.push_back({note.image, lacks});
        }
        result_.recorded_as = other_user(analysis_.run, policy_);
        return std::move(result_);
    }

private:
    void check_program(const std::string& image, const std::vector<const Need*>& needs) {
        const Terms terms = terms_for(policy_, image);
        const CapabilitySet used = used_of(needs, terms.allowed);
        for (const std::size_t rule : terms.rules) {
            ran_[rule] = true;
            used_[rule] |= used;
        }
        const bool gives_missing = std::ranges::any_of(needs, [&](const Need* need) {
            return need->missing && !need->once_given && !need->look_up && !(need->any_of & terms.allowed).empty();
        });
        std::map<std::pair<PolicyFindingKind, std::uint64_t>, std::size_t>
            known;  // the same in several phases is said once
        for (const Need* need : needs) {
            const std::optional<PolicyFindingKind> kind =
                need->any_of.empty() ? std::nullopt : judge(*need, terms, gives_missing);
            if (!kind)
                continue;
            const auto [place, is_new] = known.try_emplace({*kind, need->any_of.bits()}, result_.findings.size());
            if (is_new)
                result_.findings.push_back(
                    {*kind, image, need->any_of, false, std::nullopt, closest_to(policy_, terms, *need)});
            PolicyFinding& finding = result_.findings[place->second];
            if (!finding.reason || (need->classified && !finding.certain))
                finding.reason = reason_of(analysis_, static_cast<std::size_t>(need - analysis_.needs.data()));
            finding.runs = std::max(finding.runs, finding.reason ? finding.reason->runs : 1);
            finding.of_runs = analysis_.run.run_count();
            finding.certain = finding.certain || need->classified;
        }
    }

    void add_unused() {
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const CapabilitySet unused = countable(policy_.rules[i].capabilities) - used_[i];
            if (!policy_.rules[i].deny && !unused.empty())
                result_.unused.push_back({i, unused, ran_[i]});
        }
    }

    const Analysis& analysis_;
    const Policy& policy_;
    PolicyResult result_;
    std::vector<CapabilitySet> used_;  // used under each rule
    std::vector<bool> ran_;            // for each rule, whether a program that it is about ran
};

}  // namespace

const char* policy_finding_name(PolicyFindingKind kind) {
    static constexpr EnumTable<PolicyFindingKind, const char*> names({
        "not_allowed",
        "denied_needed",
        "fails",
        "not_given",
        "once_given",
        "look_up_denied",
    });
    return names[kind];
}

PolicyResult check(const Analysis& analysis, const Policy& policy) { return Checker(analysis, policy).run(); }

}  // namespace caprec
