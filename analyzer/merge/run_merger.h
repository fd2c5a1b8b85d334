// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/process.h"
#include "analyzer/analysis/run_facts.h"
#include "analyzer/analysis/run_set.h"
#include "analyzer/follow/refusals.h"
#include "analyzer/merge/kept_files.h"
#include "analyzer/merge/kind_contents.h"
#include "analyzer/processes/drop_steps.h"
#include "analyzer/processes/kept_capabilities.h"
#include "analyzer/result/aggregation.h"
#include "schema/trace_reader.h"

namespace caprec {

// One trace to be merged, which was read to its end.
struct MergeSource {
    const TraceReader& reader;
    EventStream& stream;
    const Aggregation& aggregation;
    const RunFacts& run;
    const Completeness& completeness;  // that of the file itself, also when it holds several runs
    std::string knowledge;             // the knowledge that its kinds were told apart by
};

// Several runs as one: each kind of check once, with the runs that made it.
//
// Adding is a join: the result is the same in whatever order traces and mergers are added, and however often.  That is
// why a count is the largest of any one run and not a sum, why the example is from the run with the smallest id (among
// the examples with a user stack, if some have one), and why the more complete one of two copies of a run is kept.
class RunMerger {
public:
    static constexpr std::size_t max_kinds = Aggregation::max_groups, max_modules = 1u << 16;
    static constexpr std::uint64_t max_memberships = 1u << 28;  // pairs of a kind and a run that one trace may name

    struct Run : RunOutline {  // its setting is in settings()
        std::string host;
        std::vector<std::string> problems, notes;
    };
    struct Kind {
        KindContents contents;
        RunSet runs;
        RunId example{};
        std::uint32_t setting = 0;  // the example's setting
    };

    // The receiver of the files that the traces bring, to be filled before add().
    KeptFiles& files() { return files_; }

    // Throws Error for more runs than a trace can hold, and for a trace that names too many to be processed.
    void add(const MergeSource& source);
    void add(const RunMerger& more);

    const std::vector<Run>& runs() const { return runs_; }
    std::vector<RunHeader> settings() const;  // without what belongs to one run
    // The contents that the headers of all traces share; where they differ, those of a header that knows nothing.
    const RunHeader& common_header() const { return common_; }
    const std::map<KindKey, Kind>& kinds() const { return kinds_; }
    const std::map<std::string, OwnSets, std::less<>>& kept() const { return kept_; }
    const std::map<DropSteps::Key, DropSteps::Sets>& drops() const { return drops_.steps(); }
    const std::map<Refusals::Kind, std::uint64_t>& refusals() const { return refusals_; }  // the most in one run
    const std::set<std::string>& images() const { return images_; }
    const std::set<ProgramFile>& programs() const { return programs_; }
    const std::set<std::string>& knowledge() const { return knowledge_; }
    const std::set<ModuleContents>& modules() const { return modules_; }
    const KeptFiles& files() const { return files_; }
    bool limits_reached() const { return limits_reached_ || drops_.limits_reached(); }

private:
    using Numbers = std::vector<std::uint32_t>;

    std::uint32_t add_setting(RunHeader header);
    void add_header(const RunHeader& header);  // before the runs of its trace
    std::uint32_t add_run(const Run& run);
    Numbers add_runs_of(const MergeSource& source, Numbers& settings);
    void add_kinds_of(const MergeSource& source, const Numbers& runs, const Numbers& settings);
    void add_modules_of(const TraceReader& reader);
    void add_module(const ModuleContents& module);
    void add_program(const ProgramFile& program);
    void add_refusal(const Refusals::Kind& kind, std::uint64_t times);
    // `make` is called when the kind gets this example.
    void add_kind(const KindKey& key, const RunSet& runs, std::uint64_t most, const RunId& example, bool has_user_stack,
                  const std::function<Kind()>& make);

    RunHeader common_;
    std::map<RunHeader, std::uint32_t> settings_;
    std::map<RunId, std::uint32_t> run_numbers_;
    std::vector<Run> runs_;
    std::map<KindKey, Kind> kinds_;
    std::map<std::string, OwnSets, std::less<>> kept_;
    DropSteps drops_;
    std::map<Refusals::Kind, std::uint64_t> refusals_;
    std::set<std::string> images_, knowledge_;
    std::set<ProgramFile> programs_;
    std::set<ModuleContents> modules_;
    KeptFiles files_;
    bool limits_reached_ = false;
};

}  // namespace caprec
