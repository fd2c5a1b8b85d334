// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "analyzer/analysis.h"
#include "schema/merged_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// The runs that a trace sums up, and what they were recorded under.
class MergedRuns {
public:
    explicit MergedRuns(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    void add(const RunHeader& setting);
    void add(const MergedRun& run);

    bool empty() const { return runs_.empty(); }
    const std::vector<RunHeader>& settings() const { return settings_; }
    const std::vector<MergedRun>& runs() const { return runs_; }
    bool limits_reached() const { return limits_reached_; }

    // Does nothing for a trace of one run.
    void describe(RunFacts& facts) const;
    void describe(Completeness& completeness) const;

private:
    std::string text(Id id) const;
    std::vector<std::string> counted_texts(std::vector<Id> MergedRun::*texts) const;

    const TraceReader& reader_;
    std::vector<RunHeader> settings_;
    std::vector<MergedRun> runs_;
    bool limits_reached_ = false;
};

}  // namespace caprec
