// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pipeline/pipeline.h"

#include <algorithm>
#include <iterator>

#include "analyzer/analysis/minimal_set.h"
#include "analyzer/analysis/one_answer.h"
#include "analyzer/follow/check_filter.h"
#include "analyzer/follow/merged_runs.h"
#include "analyzer/follow/refusals.h"
#include "analyzer/merge/run_merger.h"
#include "analyzer/pipeline/selection.h"
#include "analyzer/processes/drop_steps.h"
#include "analyzer/processes/kept_capabilities.h"
#include "analyzer/processes/process_tree.h"
#include "analyzer/result/aggregation.h"
#include "analyzer/result/completeness.h"
#include "analyzer/result/keeper_findings.h"
#include "analyzer/sites/user_stacks.h"
#include "schema/error.h"

namespace caprec {
namespace {

// The table that the caller brings, or the built-in one.
class KnowledgeInUse {
public:
    explicit KnowledgeInUse(const Knowledge* given) : given_(given) {
        if (given == nullptr)
            own_.emplace(Knowledge::built_in());
    }
    const Knowledge& get() const { return given_ != nullptr ? *given_ : *own_; }

private:
    const Knowledge* given_;
    std::optional<Knowledge> own_;
};

// Delivers checks to two receivers.
class Tee : public CheckReceiver {
public:
    Tee(CheckReceiver& one, CheckReceiver& other) : one_(one), other_(other) {}
    void on(const AnnotatedCheck& check) override { one_.on(check), other_.on(check); }
    void on(const UnaskedNeed& need) override { one_.on(need), other_.on(need); }
    void on(const StageEnd& end) override { one_.on(end), other_.on(end); }
    void on(const Executed& executed) override { one_.on(executed), other_.on(executed); }
    void on(const RefusedCall& refused) override { one_.on(refused), other_.on(refused); }

private:
    CheckReceiver& one_;
    CheckReceiver& other_;
};

StreamWish stream_wish(const ReadOptions& options) {
    return {.user_stacks = options.user_stacks,
            .names = options.names,
            .filter = options.filter,
            .keepers = options.by_keeper,
            .users = options.by_user};
}

// Whether there is something to say of single units and containers: it would be wrong of a part of one.
bool tells_keepers(const TraceReader& reader, const ReadOptions& options) {
    const RecordingScope scope = reader.header().scope;
    const bool whole = options.filter == nullptr || options.filter->choice().about_whole_keepers();
    return options.keeper_findings && whole && (scope == RecordingScope::machine || scope == RecordingScope::cgroup);
}

void read_header(TraceReader& reader) {
    if (reader.next() != ReadStatus::header) {
        const std::string cause = reader.damage().empty() ? "not a capability trace" : reader.damage();
        throw Error(cause.starts_with("chunk") ? "damaged at its start, nothing can be read: " + cause
                                               : cause + "; caprec -o FILE -- COMMAND records one");
    }
}

// Feeds every chunk to the stream; returns how it ended.
ReadEnd read_chunks(TraceReader& reader, EventStream& stream, const ReadOptions& options) {
    for (;;) {
        const ReadStatus status = reader.next();
        bool sound = true;
        if (status == ReadStatus::events && options.rows != nullptr)
            reader.visit_events(*options.rows);
        if (status == ReadStatus::files && options.user_stacks != nullptr)
            reader.visit_files(*options.user_stacks);
        if (status == ReadStatus::files && options.files != nullptr)
            reader.visit_files(*options.files);
        if (status == ReadStatus::summary && options.first_seen != nullptr)
            reader.visit_first_seen(*options.first_seen);
        switch (status) {
            case ReadStatus::events: sound = reader.visit_events(stream); break;
            case ReadStatus::summary: sound = reader.visit_first_seen(stream) || reader.visit_merged(stream); break;
            case ReadStatus::header:
            case ReadStatus::tables:
            case ReadStatus::footer:
            case ReadStatus::files:
            case ReadStatus::unknown: break;
            case ReadStatus::end:
            case ReadStatus::cut:
            case ReadStatus::damaged: return {.status = status, .damage = reader.damage()};
        }
        if (options.single_checks && !stream.merged().empty()) {
            throw Error(
                "sums up several runs and has no single checks: report, minimal, why, stacks, diff and check "
                "read it");
        }
        refuse_if_merged(stream, options.filter);
        if (!sound && !reader.damage().empty())
            return {.status = ReadStatus::damaged, .damage = reader.damage()};
    }
}

// Adds only new notes: those of each run on itself are there already, with the number of runs.
void add_new(const std::vector<std::string>& found, std::vector<std::string>& notes) {
    for (const std::string& note : found)
        if (std::ranges::none_of(notes, [&](const std::string& known) { return known.ends_with(": " + note); }))
            notes.push_back(note);
}

RunFacts run_facts(const TraceReader& reader, EventStream& stream, const Knowledge& knowledge) {
    RunFacts run;
    run.header = reader.header();
    run.footer = reader.footer();
    run.first_time = stream.first_time();
    run.last_time = stream.last_time();
    run.checks = stream.checks() + stream.repeated();
    run.outcomes = stream.outcomes();
    run.processes = stream.processes().process_count();
    run.threads = stream.processes().thread_count();
    run.io_workers = stream.processes().io_worker_count();
    run.withheld_objects = std::max(stream.withheld_objects(), run.footer ? run.footer->withheld_objects : 0);
    run.kernel_symbols = run.header.symbol_source != SymbolSource::none;
    run.notes = notes_on_run(reader, run);
    const std::vector<std::string> on_files = stream.processes().files().notes();
    if (stream.merged().empty())
        run.notes.insert(run.notes.end(), on_files.begin(), on_files.end());
    stream.merged().describe(knowledge.name().text(), run);
    if (!stream.merged().empty())
        add_new(on_files, run.notes);
    if (!knowledge.name().built_in) {
        run.notes.push_back("judged by another table of call sites than the one that is built in: " +
                            knowledge.name().text());
    }
    return run;
}

std::vector<LoadedFile> loaded_files(const TraceReader& reader) {
    std::vector<LoadedFile> files;
    for (ModuleId id(1); id.value() <= reader.statistics().modules; ++id) {
        const Module* module = reader.module(id);
        if (module != nullptr && module->kind == ModuleKind::user && is_file_name(reader.string(module->name)))
            files.push_back({std::string(reader.string(module->name)), module->build_id});
    }
    std::ranges::sort(files);
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

InsideNeeds inside_needs(const Aggregation& aggregation, const TraceSources& from) {
    InsideNeeds inside;
    inside.needs = aggregation.needs(from.stream, Aggregation::Where::inside);
    inside.reasons = aggregation.need_reasons(from, Aggregation::Where::inside);
    inside.minimal = minimal_set(select_needs(inside.needs, {}));
    for (const Need& need : inside.needs)
        if (need.missing && !need.look_up && (need.any_of & inside.minimal.capabilities).empty())
            inside.missing |= need.any_of;
    return inside;
}

ReadEnd read_to_end(TraceReader& reader, EventStream& stream, const ReadOptions& options) {
    ReadEnd end = read_chunks(reader, stream, options);
    stream.finish(reader.losses());
    end.still_recording = end.status == ReadStatus::cut && options.still_recording && options.still_recording();
    end.checks_read = stream.checks();
    end.impossible_checks = stream.impossible_checks();
    end.limits_reached = stream.limits_reached();
    return end;
}

// Decides all verdicts that are known once one trace has been read.
void settle(Aggregation& aggregation, EventStream& stream) {
    aggregation.finish(stream);
    aggregation.excuse_kept();
    aggregation.excuse_same_sets(stream);
}

}  // namespace

StreamSummary read_verdicts(TraceReader& reader, const ReadOptions& options) {
    read_header(reader);
    const KnowledgeInUse knowledge(options.knowledge);
    Aggregation aggregation(true);
    EventStream stream(reader, aggregation, knowledge.get(), stream_wish(options));
    ReadEnd end = read_to_end(reader, stream, options);
    settle(aggregation, stream);
    LateVerdicts late = aggregation.late_verdicts(stream);
    end.limits_reached = end.limits_reached || late.incomplete();
    StreamSummary summary{run_facts(reader, stream, knowledge.get()), assess_completeness(reader, end),
                          std::move(late)};
    stream.merged().describe(summary.completeness);
    return summary;
}

StreamSummary stream_checks(TraceReader& reader, CheckReceiver& receiver, const ReadOptions& options) {
    read_header(reader);
    const KnowledgeInUse knowledge(options.knowledge);
    std::optional<Aggregation> aggregation;
    std::optional<Tee> tee;
    std::optional<Finalizer> finalizer;
    Selector selector(receiver, options.filter);
    CheckReceiver* first = &selector;
    if (options.late != nullptr)
        first = &finalizer.emplace(selector, *options.late);
    else if (options.wants_late)
        first = &tee.emplace(selector, aggregation.emplace(true));
    EventStream stream(reader, *first, knowledge.get(), stream_wish(options));
    ReadEnd end = read_to_end(reader, stream, options);
    LateVerdicts late;
    if (aggregation) {
        settle(*aggregation, stream);
        late = aggregation->late_verdicts(stream);
    }
    end.limits_reached = end.limits_reached || (options.late != nullptr ? *options.late : late).incomplete();
    StreamSummary summary{run_facts(reader, stream, knowledge.get()), assess_completeness(reader, end),
                          std::move(late)};
    if (options.filter != nullptr) {
        const ProcessTree& tree = stream.processes();
        summary.run.filter = {options.filter->choice().words, selector.selected(), selector.all(),
                              tree.selected_count(), tree.process_count()};
    }
    stream.merged().describe(summary.completeness);
    return summary;
}

Analysis analyze(TraceReader& reader, const ReadOptions& options) {
    read_header(reader);
    Aggregation aggregation;
    const KnowledgeInUse knowledge(options.knowledge);
    std::optional<Selector> selector;
    std::optional<Tee> tee;
    CheckReceiver& receiver = options.checks == nullptr
                                  ? static_cast<CheckReceiver&>(aggregation)
                                  : tee.emplace(aggregation, selector.emplace(*options.checks, options.filter));
    StreamWish wish = stream_wish(options);
    wish.keepers = wish.keepers || tells_keepers(reader, options);
    EventStream stream(reader, receiver, knowledge.get(), wish);
    ReadEnd end = read_to_end(reader, stream, options);
    settle(aggregation, stream);

    Analysis analysis;
    analysis.run = run_facts(reader, stream, knowledge.get());
    if (options.filter != nullptr) {
        Filtered& filter = analysis.run.filter.emplace();
        filter.words = options.filter->choice().words;
        filter.all_checks = aggregation.checks();
        aggregation.select(*options.filter);
        filter.checks = aggregation.checks();
    }
    std::optional<NeedsApart> apart;
    if (tells_keepers(reader, options)) {
        apart = needs_apart(aggregation, stream);
        if (!options.by_keeper)
            aggregation.join_keepers();
    }
    aggregation.tell(stream.processes());
    analysis.images = stream.processes().images();
    analysis.needs = aggregation.needs(stream);
    analysis.minimal = minimal_set(select_needs(analysis.needs, {}));
    const TraceSources from{reader, stream, options.user_stacks, options.calling_frames_only};
    analysis.capabilities = aggregation.findings(from, options.reasons, analysis.minimal);
    if (options.by_program) {
        analysis.by_program = aggregation.by_program(from);
        analysis.files = loaded_files(reader);
    }
    if (options.need_reasons)
        analysis.need_reasons = aggregation.need_reasons(from);
    analysis.inside = inside_needs(aggregation, from);
    analysis.failures = aggregation.failures(from);
    analysis.refused = aggregation.refused(from);
    analysis.given_up = aggregation.given_up(from);
    analysis.tolerated = aggregation.tolerated(from);
    analysis.others = stream.refusals().list(reader.losses().refusals);
    analysis.kept = stream.kept().notes(analysis.minimal.capabilities);
    analysis.lookers = stream.kept().lookers();
    analysis.drops = stream.drops().list();
    analysis.noise = aggregation.noise();
    analysis.processes = stream.processes().list(reader.footer() ? &*reader.footer() : nullptr);
    if (options.filter != nullptr)
        select_processes(*options.filter, stream, analysis);
    name_as_in_set(analysis.minimal, aggregation.alternatives(stream), analysis.processes);
    if (apart) {
        analysis.keeper_findings = keeper_findings({apart->keepers, analysis.processes, apart->outside, apart->inside});
        std::erase_if(analysis.keeper_findings, [&](const KeeperFinding& finding) {
            return options.filter != nullptr && !options.filter->accepts_keeper(finding.keeper);
        });
    }
    if (options.by_keeper || options.by_user)
        add_parts(aggregation, stream, analysis);
    analysis.program_files = stream.processes().files().files();
    if (options.user_stacks != nullptr)
        std::ranges::move(notes_on_files(*options.user_stacks), std::back_inserter(analysis.run.notes));
    end.limits_reached = stream.limits_reached() || aggregation.limits_reached();
    analysis.completeness = assess_completeness(reader, end);
    stream.merged().describe(analysis.completeness);
    return analysis;
}

MergeOutcome merge(TraceReader& reader, RunMerger& into, const ReadOptions& options) {
    read_header(reader);
    Aggregation aggregation;
    const KnowledgeInUse knowledge(options.knowledge);
    EventStream stream(reader, aggregation, knowledge.get(), {.keepers = true, .users = true});
    ReadOptions reading = options;
    reading.files = &into.files();
    ReadEnd end = read_to_end(reader, stream, reading);
    aggregation.finish(stream);
    const RunFacts run = run_facts(reader, stream, knowledge.get());
    if (never_ran(run))
        return MergeOutcome::not_executed;
    end.limits_reached = stream.limits_reached() || aggregation.limits_reached();
    Completeness completeness = assess_completeness(reader, end);
    into.add({reader, stream, aggregation, run, completeness, knowledge.get().name().text()});
    stream.merged().describe(completeness);
    return completeness.complete ? MergeOutcome::whole : MergeOutcome::incomplete;
}

}  // namespace caprec
