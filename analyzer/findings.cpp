// SPDX-License-Identifier: Apache-2.0
//
// The second half of Aggregation: its groups as the plain data of an Analysis.
#include <algorithm>
#include <map>

#include "analyzer/aggregation.h"
#include "analyzer/classify/classifier.h"
#include "analyzer/kernel_stacks.h"
#include "analyzer/object_text.h"
#include "analyzer/process_tree.h"
#include "schema/syscalls.h"

namespace caprec {
namespace {

std::string syscall_text(const CheckRow& row) {
    const bool known = row.abi != 0 && row.abi <= static_cast<std::uint64_t>(Abi::arm);
    return known ? syscall_name(static_cast<Abi>(row.abi), row.syscall) : "";
}

}  // namespace

Reason Aggregation::reason_of(const Group& group, const TraceReader& reader, EventStream& stream) const {
    const Rule& rule = rule_at(group.traits.rule);
    Reason reason;
    reason.capability = static_cast<unsigned>(group.row.capability);
    reason.verdict = rule.verdict;
    reason.granted = group.row.granted();
    reason.count = group.count;
    reason.rule = rule.id;
    reason.why = rule.why;
    reason.image = stream.processes().image(group.traits.image);
    reason.comm = stream.processes().comm(group.comm);
    reason.process = group.process;
    reason.syscall = syscall_text(group.row);
    if (group.traits.error != 0) {
        reason.error = group.traits.error;
    }
    reason.outcome = group.traits.outcome;
    if (const Object* object = reader.object(group.row.object)) {
        reason.object = object_text(*object);
        reason.object_truncated = object->truncated;
    }
    reason.site = stream.stacks().site(group.traits.site).symbol;
    reason.kernel_stack = stream.stacks().frames(group.stack);
    return reason;
}

// Groups of one capability, or of all (64): strongest verdict first, then most frequent, then first met.
std::vector<const Aggregation::Group*> Aggregation::sorted(unsigned capability) const {
    std::vector<const Group*> groups;
    for (const Group& group : decided_.groups) {
        if (capability == 64 || group.row.capability == capability) {
            groups.push_back(&group);
        }
    }
    std::ranges::stable_sort(groups, [](const Group* a, const Group* b) {
        const Verdict left = rule_at(a->traits.rule).verdict, right = rule_at(b->traits.rule).verdict;
        return left != right ? left < right : a->count > b->count;
    });
    return groups;
}

std::vector<CapabilityFinding> Aggregation::findings(const TraceReader& reader, EventStream& stream) const {
    std::vector<CapabilityFinding> findings;
    for (unsigned capability = 0; capability < 64; ++capability) {
        const std::vector<const Group*> groups = sorted(capability);
        if (groups.empty()) {
            continue;
        }
        CapabilityFinding finding;
        finding.capability = capability;
        finding.verdict = rule_at(groups.front()->traits.rule).verdict;
        for (const Group* group : groups) {
            add_saturated(group->row.granted() ? finding.granted : finding.denied, group->count);
        }
        const std::size_t shown = std::min(groups.size(), max_reasons);
        for (std::size_t i = 0; i < shown; ++i) {
            finding.reasons.push_back(reason_of(*groups[i], reader, stream));
        }
        finding.more_reasons = groups.size() - shown;
        findings.push_back(std::move(finding));
    }
    std::ranges::stable_sort(findings, {}, &CapabilityFinding::verdict);
    return findings;
}

std::vector<Reason> Aggregation::failures(const TraceReader& reader, EventStream& stream) const {
    std::vector<Reason> failures;
    for (const Group* group : sorted(64)) {
        if (rule_at(group->traits.rule).verdict == Verdict::missing && failures.size() < max_failures) {
            failures.push_back(reason_of(*group, reader, stream));
        }
    }
    return failures;
}

std::vector<NoiseLine> Aggregation::noise() const {
    std::map<std::uint32_t, NoiseLine> by_rule;
    for (const Group& group : decided_.groups) {
        const Rule& rule = rule_at(group.traits.rule);
        if (rule.verdict != Verdict::not_needed) {
            continue;
        }
        NoiseLine& line = by_rule[group.traits.rule];
        line.rule = rule.id;
        line.why = rule.why;
        add_saturated(line.count, group.count);
        line.capabilities.insert(static_cast<unsigned>(group.row.capability));
    }
    std::vector<NoiseLine> lines;
    lines.reserve(by_rule.size());
    for (auto& [rule, line] : by_rule) {
        lines.push_back(std::move(line));
    }
    std::ranges::stable_sort(lines, std::ranges::greater{}, &NoiseLine::count);
    return lines;
}

std::vector<Need> Aggregation::needs() const {
    CapabilitySet needed, unclassified;
    for (const Group& group : decided_.groups) {
        const Verdict verdict = rule_at(group.traits.rule).verdict;
        const auto capability = static_cast<unsigned>(group.row.capability);
        if (group.row.granted() && (verdict == Verdict::required || verdict == Verdict::alternative)) {
            needed.insert(capability);
        } else if (group.row.granted() && verdict == Verdict::unclassified) {
            unclassified.insert(capability);
        }
    }
    std::vector<Need> needs;
    for (const unsigned capability : CapabilitySet(needed.bits() | unclassified.bits()).members()) {
        CapabilitySet only;
        only.insert(capability);
        needs.push_back({.any_of = only, .classified = needed.contains(capability)});
    }
    return needs;
}

}  // namespace caprec
