// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/compare/policy_words.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "analyzer/analysis/image_name.h"
#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/reason_text.h"
#include "analyzer/emit/pieces/run_text.h"
#include "schema/enum_table.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr std::size_t words_columns = 200;

// The words for a finding about a program, in the order of PolicyFindingKind; "{" stands for the capabilities.
constexpr EnumTable<PolicyFindingKind, std::string_view> finding_texts({
    "needs {",
    "needs {, which the policy denies",
    "fails without {, which the policy does not allow",
    "was not given { in this run, which the policy allows, and failed without it",
    "needs { as soon as it is given what it was denied beside it",
    "was refused a look-up for want of {",
});

std::string filled(std::string_view text, const std::string& capability) {
    std::string result;
    for (const char letter : text)
        if (letter == '{')
            result += capability;
        else
            result += letter;
    return result;
}

// The comment of a rule, to come after the words about the rule.
std::string why_text(const PolicyRule& rule) {
    return rule.why.empty() ? "" : "  # " + shorten(escape(rule.why), words_columns);
}

// The rule that denies a member, for "policy.txt:5 denies CAP_X"; null: none does.
const PolicyRule* denying_rule(const PolicyResultView& view, const PolicyFinding& finding) {
    for (const std::size_t rule : finding.closest.rules) {
        const PolicyRule& each = view.policy.rules[rule];
        if (each.deny && !(each.capabilities & finding.any_of).empty())
            return &each;
    }
    return nullptr;
}

const PolicyRule* allowing_rule(const PolicyResultView& view, const PolicyFinding& finding) {
    for (const std::size_t rule : finding.closest.rules) {
        const PolicyRule& each = view.policy.rules[rule];
        if (!each.deny && !(each.capabilities & finding.any_of).empty())
            return &each;
    }
    return nullptr;
}

// The capabilities that the rules about the program allow, none of which is enough.
std::string allowed_only(const PolicyResultView& view, const Closest& closest) {
    CapabilitySet allowed;
    for (const std::size_t rule : closest.rules)
        allowed |= view.policy.rules[rule].deny ? CapabilitySet() : view.policy.rules[rule].capabilities;
    const std::size_t others = closest.rules.size() - 1;
    return place_text(view.policy.rules[closest.rules.front()].place) +
           (others != 0 ? " and " + counted(others, "other line") : "") + (others != 0 ? " allow " : " allows ") +
           (allowed.empty() ? "it nothing" : capability_list(allowed) + " only") +
           (others == 0 ? why_text(view.policy.rules[closest.rules.front()]) : "");
}

std::string refusal_text(const PolicyRefusal& refusal, CapabilitySet any_of) {
    return (refusal.place.line != 0 ? place_text(refusal.place) + ": " : "") +
           filled(escape(refusal.words), any_of_text(refusal.capabilities & any_of));
}

// The rule or refusal that closest_text() speaks of.
const PolicyPlace* place_of(const PolicyResultView& view, const PolicyFinding& finding) {
    const Closest& closest = finding.closest;
    if (const PolicyRule* rule =
            finding.kind == PolicyFindingKind::not_given ? allowing_rule(view, finding) : denying_rule(view, finding))
        return &rule->place;
    if (closest.refusal)
        return &view.policy.refusals[*closest.refusal].place;
    if (!closest.rules.empty())
        return &view.policy.rules[closest.rules.front()].place;
    return closest.namesake ? &view.policy.rules[*closest.namesake].place : nullptr;
}

std::string columns_text(const PolicyResultView& view, const UnusedAllowance& unused) {
    return place_text(view.policy.rules[unused.rule].place) + ": " + unused_text(view, unused);
}

// The programs that a rule is about.
std::string program_of(const PolicyRule& rule) {
    return image_text(image_name(rule.programs.path(), rule.where.value_or(ImagePlace{})), "");
}

ListedFinding listed(const PolicyResultView& view, const PolicyFinding& finding) {
    ListedFinding item;
    item.is_error = is_violation(finding.kind);
    item.id = policy_finding_name(finding.kind);
    item.program = program_text(finding);
    item.capability = any_of_text(finding.any_of);
    item.message = headline(finding);
    item.detail = closest_text(view, finding);
    item.reason = finding.reason ? &*finding.reason : nullptr;
    item.image = parse_image(finding.image).path;
    const PolicyPlace place = closest_place(view, finding);
    item.places = {{place.file, place.line}};
    item.columns = {item.detail};
    item.properties = {{"certain", finding.certain ? "yes" : "no"}};
    return item;
}

ListedFinding listed(const PolicyResultView& view, const UnusedAllowance& unused) {
    const PolicyRule& rule = view.policy.rules[unused.rule];
    ListedFinding item;
    item.id = "not_used";
    item.program = rule.programs.is_exact() ? program_of(rule) : escape(rule.words);
    item.capability = capability_list(unused.capabilities);
    item.message =
        place_text(rule.place) + ": " + shorten(escape(rule.words), words_columns) + ": " + unused_text(view, unused);
    item.image = rule.programs.is_exact() ? rule.programs.path() : "";
    item.places = {{rule.place.file, rule.place.line}};
    item.columns = {columns_text(view, unused)};
    return item;
}

}  // namespace

std::string place_text(const PolicyPlace& place) {
    return escape(place.file) + (place.line != 0 ? ':' + std::to_string(place.line) : "");
}

std::string program_text(const PolicyFinding& finding) {
    return finding.image.empty() ? "(program not known)" : image_text(finding.image, "");
}

std::string headline(const PolicyFinding& finding) {
    const std::string what = any_of_text(finding.any_of);
    const bool unsure = finding.kind == PolicyFindingKind::not_allowed && !finding.certain;
    return program_text(finding) + ' ' +
           (unsure ? "may need " + what + ": nobody can tell" : filled(finding_texts[finding.kind], what)) +
           (finding.of_runs == 1 ? "" : ", " + runs_text(finding.runs, finding.of_runs));
}

std::string description(PolicyFindingKind kind) {
    std::string text = filled(finding_texts[kind], "a capability");
    if (kind == PolicyFindingKind::not_allowed)
        text += " that the policy does not allow";
    return "A program " + text + '.';
}

std::string closest_text(const PolicyResultView& view, const PolicyFinding& finding) {
    const Closest& closest = finding.closest;
    if (finding.kind == PolicyFindingKind::not_given) {
        const PolicyRule* rule = allowing_rule(view, finding);
        return rule != nullptr ? place_text(rule->place) + " allows it" + why_text(*rule) : "";
    }
    if (const PolicyRule* rule = denying_rule(view, finding))
        return place_text(rule->place) + " denies " + any_of_text(rule->capabilities & finding.any_of) +
               why_text(*rule);
    if (closest.refusal)
        return refusal_text(view.policy.refusals[*closest.refusal], finding.any_of);
    if (!closest.rules.empty())
        return allowed_only(view, closest);
    std::string text = "no line of " + escape(view.policy.file) + " speaks of this program";
    if (closest.namesake) {
        const PolicyRule& rule = view.policy.rules[*closest.namesake];
        const bool at_home = rule.where && rule.where->is_home() && !parse_image(finding.image).place.is_home();
        text += "; " + place_text(rule.place) + " speaks of " + program_of(rule) +
                (at_home ? ", where the command was started" : "");
    }
    return text;
}

PolicyPlace closest_place(const PolicyResultView& view, const PolicyFinding& finding) {
    const PolicyPlace* place = place_of(view, finding);
    return place != nullptr ? *place : PolicyPlace{view.policy.file, 0};
}

std::string unused_text(const PolicyResultView& view, const UnusedAllowance& unused) {
    std::string text = "not used: " + capability_list(unused.capabilities);
    if (!unused.program_ran)
        text += " (no such program ran)";
    return text + why_text(view.policy.rules[unused.rule]);
}

std::string answer_text(const PolicyResultView& view) {
    const std::vector<PolicyFinding>& findings = view.result.findings;
    std::set<std::string_view> programs;
    std::size_t violations = 0;
    for (const PolicyFinding& finding : findings) {
        if (is_violation(finding.kind)) {
            programs.insert(finding.image);
            ++violations;
        }
    }
    const std::string file = escape(view.policy.file);
    if (violations == 0)
        return "OK: all that " + counted(view.result.programs, "program") + " needed is allowed by " + file;
    return "VIOLATION: " + counted(violations, "need") + " of " + counted(programs.size(), "program") +
           (violations == 1 ? " is" : " are") + " not allowed by " + file;
}

std::vector<std::string> conditions(const PolicyResultView& view) {
    std::vector<std::string> all;
    if (view.result.recorded_as == OtherUser::root)
        all.emplace_back(
            "the run was recorded as root, and the policy is about another user: what root owns, or may without a "
            "capability, was not asked for and would be; record it with caprec -u USER");
    if (view.result.recorded_as == OtherUser::nobody)
        all.emplace_back(
            "the run was not recorded as root, and the policy is about root: what failed may be what root is not "
            "asked for");
    for (const KeptNote& kept : view.result.kept)
        all.push_back(
            image_text(kept.image, "") + " keeps by capset what it does not use and the policy does not give (" +
            capability_list(kept.capabilities) + "): where it asks for just these, capset fails without them");
    for (const std::string& assumption : view.policy.assumptions)
        all.push_back(escape(view.policy.file) + ": " + escape(assumption));
    return all;
}

std::vector<Remark> remarks(const PolicyResultView& view) {
    std::vector<Remark> all;
    add_remarks("the trace", view.analysis, all);
    add_refusals("the trace", view.analysis.others, nullptr, all);
    std::vector<Remark> assumed;
    for (std::string& condition : conditions(view))
        assumed.push_back({false, std::move(condition)});
    all.insert(std::ranges::find(all, false, &Remark::incomplete), assumed.begin(), assumed.end());
    return all;
}

FindingList finding_list(const PolicyResultView& view) {
    FindingList list;
    list.command = "check";
    list.version = view.version;
    list.error_word = "violation";
    list.answer = answer_text(view);
    list.nothing = "all that was needed is allowed";
    list.columns = {"policy"};
    for (const PolicyFinding& finding : view.result.findings)
        list.findings.push_back(listed(view, finding));
    for (const UnusedAllowance& unused : view.result.unused)
        list.findings.push_back(listed(view, unused));
    list.remarks = remarks(view);
    for (const PolicyFindingKind kind : all_of<PolicyFindingKind>)
        list.rules.emplace_back(policy_finding_name(kind), description(kind));
    list.rules.emplace_back("not_used", "The policy allows a capability that the run did not use.");
    return list;
}

}  // namespace caprec
