// SPDX-License-Identifier: Apache-2.0
#include "analyzer/follow/merged_runs.h"

#include <algorithm>
#include <map>

#include "analyzer/containers/saturated_sum.h"
#include "schema/losses.h"

namespace caprec {
namespace {

constexpr std::size_t max_text_bytes = 400, max_host_bytes = 64, max_texts = 20;

}  // namespace

void MergedRuns::add(const RunHeader& setting) {
    if (settings_.size() < max_merged_runs)
        settings_.push_back(setting);
    else
        limits_reached_ = true;
}

void MergedRuns::add(const MergedRun& run) {
    if (runs_.size() < max_merged_runs && run.setting < settings_.size())
        runs_.push_back(run);
    else
        limits_reached_ = true;
}

std::string MergedRuns::text(StringId id) const { return std::string(reader_.string(id).substr(0, max_text_bytes)); }

// Each different text once, with the number of runs that have it.
std::vector<std::string> MergedRuns::counted_texts(std::vector<StringId> MergedRun::*texts) const {
    std::map<std::string, std::size_t> counts;
    for (const MergedRun& run : runs_)
        for (const StringId id : run.*texts)
            ++counts[text(id)];
    std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<std::string, std::size_t>::second);
    std::vector<std::string> lines;
    for (const auto& [said, count] : sorted) {
        if (lines.size() == max_texts) {
            lines.push_back("and " + std::to_string(sorted.size() - max_texts) + " more such lines of single runs");
            break;
        }
        lines.push_back("in " + std::to_string(count) + " of " + std::to_string(runs_.size()) +
                        (runs_.size() == 1 ? " run: " : " runs: ") + said);
    }
    return lines;
}

void MergedRuns::add_knowledge(std::string_view name) {
    if (knowledge_.size() < max_texts)
        knowledge_.emplace(name.substr(0, max_text_bytes));
    else
        limits_reached_ = limits_reached_ || !knowledge_.contains(std::string(name));
}

void MergedRuns::describe(const std::string& knowledge, RunFacts& facts) const {
    if (empty())
        return;
    facts.settings = settings_;
    facts.checks = facts.outcomes = facts.processes = 0;
    for (const MergedRun& run : runs_) {
        facts.runs.push_back(
            {run, std::string(reader_.string(run.host_name).substr(0, max_host_bytes)), run.problems.empty()});
        add_saturated(facts.checks, run.checks);
        add_saturated(facts.outcomes, run.outcomes);
        add_saturated(facts.processes, run.processes);
    }
    facts.kernel_symbols = std::ranges::none_of(
        settings_, [](const RunHeader& header) { return header.symbol_source == SymbolSource::none; });
    facts.notes = counted_texts(&MergedRun::notes);
    for (const std::string& name : knowledge_) {
        if (name != knowledge)
            facts.notes.push_back("merged by another table of call sites (" + name + ") than it is judged by now (" +
                                  knowledge +
                                  "): what only the newer one tells apart is judged by one example; merge "
                                  "the traces of the runs again");
    }
}

void MergedRuns::describe(Completeness& completeness) const {
    if (empty())
        return;
    for (const MergedRun& run : runs_)
        for (const LossKind& kind : loss_kinds)
            add_saturated(completeness.losses.*kind.count, run.losses.*kind.count);
    for (std::string& problem : counted_texts(&MergedRun::problems))
        completeness.problems.push_back(std::move(problem));
    completeness.complete = completeness.problems.empty();
}

}  // namespace caprec
