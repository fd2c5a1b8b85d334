// SPDX-License-Identifier: Apache-2.0
#include "analyzer/merge/run_merger.h"

#include <algorithm>
#include <tuple>

#include "analyzer/follow/merged_runs.h"
#include "analyzer/processes/process_tree.h"
#include "schema/error.h"
#include "schema/run_header_fields.h"

namespace caprec {
namespace {

constexpr std::size_t max_host_bytes = 64, max_text_bytes = 400;

RunState state_of(const Completeness& completeness) {
    if (completeness.damaged)
        return RunState::damaged;
    if (completeness.still_recording)
        return RunState::recording;
    return completeness.cut ? RunState::cut : RunState::whole;
}

RunMerger::Run run_of(const MergeSource& source) {
    const RunFacts& run = source.run;
    return RunMerger::Run{{.run_id = run.header.run_id,
                           .start = run.header.start,
                           .duration = recorded_time(run),
                           .checks = run.checks,
                           .outcomes = run.outcomes,
                           .processes = run.processes,
                           .survivors = run.footer ? run.footer->survivor_count : 0,
                           .target = run.footer ? run.footer->target : TargetStatus{},
                           .state = state_of(source.completeness),
                           .losses = source.completeness.losses},
                          run.header.host_name.substr(0, max_host_bytes),
                          source.completeness.problems,
                          run.notes};
}

std::vector<std::string> texts(const std::vector<StringId>& ids, const TraceReader& reader) {
    std::vector<std::string> texts;
    texts.reserve(ids.size());
    for (const StringId id : ids)
        texts.emplace_back(reader.string(id).substr(0, max_text_bytes));
    return texts;
}

// One run of a merged trace; a problem of that file is one of each of its runs.
RunMerger::Run run_of(const MergedRun& run, const MergeSource& source) {
    RunMerger::Run copy{run, std::string(source.reader.string(run.host_name).substr(0, max_host_bytes)),
                        texts(run.problems, source.reader), texts(run.notes, source.reader)};
    copy.problems.insert(copy.problems.end(), source.completeness.problems.begin(), source.completeness.problems.end());
    return copy;
}

// The order of two copies of one run: the one that comes first is kept.
auto lack_of(const RunMerger::Run& run) {
    return std::tuple(run.problems.size(), ~run.checks, ~run.outcomes, ~run.processes, ~run.duration, run.state,
                      run.losses, run.problems, run.notes, run.host, run.start, run.target, run.survivors);
}

}  // namespace

std::uint32_t RunMerger::add_setting(RunHeader header) {
    visit_header_fields([&](const auto& field) {
        if (field.scope == HeaderScope::run)
            header.*field.member = RunHeader().*field.member;
    });
    return settings_.try_emplace(std::move(header), static_cast<std::uint32_t>(settings_.size())).first->second;
}

void RunMerger::add_header(const RunHeader& header) {
    if (runs_.empty())
        common_ = header;
    else
        keep_common(common_, header);
}

std::vector<RunHeader> RunMerger::settings() const {
    std::vector<RunHeader> settings(settings_.size());
    for (const auto& [header, number] : settings_)
        settings[number] = header;
    return settings;
}

std::uint32_t RunMerger::add_run(const Run& run) {
    const auto [known, is_new] = run_numbers_.try_emplace(run.run_id, static_cast<std::uint32_t>(runs_.size()));
    if (is_new && runs_.size() == max_merged_runs) {
        run_numbers_.erase(known);
        throw Error("more than 65,536 runs: merge fewer at a time");
    }
    if (is_new)
        runs_.push_back(run);
    else if (lack_of(run) < lack_of(runs_[known->second]))
        runs_[known->second] = run;
    return known->second;
}

RunMerger::Numbers RunMerger::add_runs_of(const MergeSource& source, Numbers& settings) {
    const MergedRuns& merged = source.stream.merged();
    add_header(source.run.header);
    Numbers numbers;
    if (merged.empty()) {
        settings.push_back(add_setting(source.run.header));
        Run run = run_of(source);
        run.setting = settings.front();
        numbers.push_back(add_run(run));
        return numbers;
    }
    for (const RunHeader& setting : merged.settings())
        settings.push_back(add_setting(setting));
    for (const MergedRun& each : merged.runs()) {
        Run run = run_of(each, source);
        run.setting = settings[each.setting];
        numbers.push_back(add_run(run));
    }
    return numbers;
}

void RunMerger::add_kind(const KindKey& key, const RunSet& runs, std::uint64_t most, const RunId& example,
                         bool has_user_stack, const std::function<Kind()>& make) {
    const auto known = kinds_.find(key);
    if (known == kinds_.end()) {
        limits_reached_ = limits_reached_ || kinds_.size() == max_kinds;
        if (kinds_.size() == max_kinds)
            return;
    }
    Kind& kind = known != kinds_.end() ? known->second : kinds_.try_emplace(key).first->second;
    const std::uint64_t most_before = kind.contents.kind.most;
    if (kind.runs.empty() ||
        std::pair(!has_user_stack, example) < std::pair(!kind.contents.user_stack.has_value(), kind.example)) {
        Kind better = make();
        better.runs = std::move(kind.runs);
        better.example = example;
        kind = std::move(better);
    }
    kind.contents.kind.most = std::max(most_before, most);
    kind.runs |= runs;
}

void RunMerger::add_kinds_of(const MergeSource& source, const Numbers& runs, const Numbers& settings) {
    std::uint64_t memberships = 0;
    source.aggregation.visit_kinds(source.stream, [&](const KindView& view) {
        const bool several = !view.runs.empty();
        memberships += view.runs.size();
        if (memberships > max_memberships)
            throw Error("sums up too many kinds of check in too many runs");
        const RunSet in = several ? view.runs.renumbered(runs) : RunSet::of(runs.front());
        const std::size_t example = several ? view.example : 0;
        if (in.empty() || example >= runs.size() || view.setting >= settings.size()) {
            limits_reached_ = true;
            return;
        }
        const bool has_user_stack = source.reader.user_stack(view.user_stack) != nullptr;
        add_kind(kind_key_of(view), in, view.count, runs_[runs[example]].run_id, has_user_stack, [&] {
            return Kind{.contents = contents_of(view, source.reader), .runs = {}, .setting = settings[view.setting]};
        });
    });
}

void RunMerger::add_module(const ModuleContents& module) {
    if (modules_.size() < max_modules)
        modules_.insert(module);
    else
        limits_reached_ = limits_reached_ || !modules_.contains(module);
}

void RunMerger::add_program(const ProgramFile& program) {
    ProgramFile counterpart = program;
    counterpart.gained = !program.gained;
    if (programs_.contains(counterpart)) {  // the same file in another run: it is enough that it gave something once
        if (!program.gained)
            return;
        programs_.erase(counterpart);
    }
    if (programs_.size() < ProgramFiles::max_files)
        programs_.insert(program);
    else
        limits_reached_ = limits_reached_ || !programs_.contains(program);
}

void RunMerger::add_refusal(const Refusals::Kind& kind, std::uint64_t times) {
    if (refusals_.size() >= Refusals::max_kinds && !refusals_.contains(kind)) {
        limits_reached_ = true;
        return;
    }
    std::uint64_t& most = refusals_[kind];
    most = std::max(most, times);
}

void RunMerger::add_modules_of(const TraceReader& reader) {
    for (ModuleId id(1); id.value() <= reader.statistics().modules; ++id) {
        const Module* module = reader.module(id);
        if (module != nullptr && module->kind == ModuleKind::user)
            add_module(contents_of(*module, reader));
    }
}

void RunMerger::add(const MergeSource& source) {
    Numbers settings;
    const Numbers runs = add_runs_of(source, settings);
    if (runs.empty())
        return;
    add_kinds_of(source, runs, settings);
    knowledge_.insert(source.knowledge);
    for (const std::string& name : source.stream.merged().knowledge())
        knowledge_.insert(name);
    add_modules_of(source.reader);
    for (const auto& [image, sets] : source.stream.kept().by_image())
        kept_[image].add(sets);
    for (const auto& [step, sets] : source.stream.drops().steps())
        drops_.add(step, sets);
    for (const auto& [kind, found] : source.stream.refusals().kinds())
        add_refusal(kind, found.times);
    for (const ProgramFile& program : source.stream.processes().files().files())
        add_program(program);
    for (std::string& image : source.stream.processes().images())
        images_.insert(std::move(image));
}

void RunMerger::add(const RunMerger& more) {
    if (!more.runs_.empty())
        add_header(more.common_);
    Numbers settings, runs;
    for (const RunHeader& setting : more.settings())
        settings.push_back(add_setting(setting));
    for (Run run : more.runs_) {
        run.setting = settings[run.setting];
        runs.push_back(add_run(run));
    }
    for (const auto& entry : more.kinds_) {
        const Kind& kind = entry.second;
        add_kind(entry.first, kind.runs.renumbered(runs), kind.contents.kind.most, kind.example,
                 kind.contents.user_stack.has_value(), [&] {
                     Kind copy = kind;
                     copy.runs = {};
                     copy.setting = settings[kind.setting];
                     return copy;
                 });
    }
    for (const auto& [image, sets] : more.kept_)
        kept_[image].add(sets);
    for (const auto& [step, sets] : more.drops())
        drops_.add(step, sets);
    for (const auto& [kind, times] : more.refusals_)
        add_refusal(kind, times);
    images_.insert(more.images_.begin(), more.images_.end());
    for (const ProgramFile& program : more.programs_)
        add_program(program);
    knowledge_.insert(more.knowledge_.begin(), more.knowledge_.end());
    for (const ModuleContents& module : more.modules_)
        add_module(module);
    files_.add(more.files_);
    limits_reached_ = limits_reached_ || more.limits_reached_;
}

}  // namespace caprec
