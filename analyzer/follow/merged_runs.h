// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis/run_facts.h"
#include "schema/merged_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// The runs of a merged trace, and the settings that they were recorded under.
class MergedRuns {
public:
    explicit MergedRuns(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    void add(const RunHeader& setting);
    void add(const MergedRun& run);

    void add_knowledge(std::string_view name);

    bool empty() const { return runs_.empty(); }
    const std::set<std::string>& knowledge() const { return knowledge_; }  // its kinds were told apart by these
    const std::vector<RunHeader>& settings() const { return settings_; }
    const std::vector<MergedRun>& runs() const { return runs_; }
    bool limits_reached() const { return limits_reached_; }

    // These do nothing for a trace of one run.  `knowledge` is the one that it is judged by now.
    void describe(const std::string& knowledge, RunFacts& facts) const;
    void describe(Completeness& completeness) const;

private:
    std::string text(StringId id) const;
    std::vector<std::string> counted_texts(std::vector<StringId> MergedRun::*texts) const;

    const TraceReader& reader_;
    std::vector<RunHeader> settings_;
    std::vector<MergedRun> runs_;
    std::set<std::string> knowledge_;
    bool limits_reached_ = false;
};

}  // namespace caprec
