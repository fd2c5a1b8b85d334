// SPDX-License-Identifier: Apache-2.0
//
// Checks added up by where they came from, for the formats that show how often and not when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/export/parts/check_counter.h"
#include "analyzer/export/parts/check_frames.h"
#include "analyzer/follow/annotated_check.h"
#include "analyzer/result/stream_summary.h"
#include "schema/capability.h"

namespace caprec {

struct Sample {
    unsigned capability = 0;
    std::vector<std::uint32_t> frames;  // indexes into Samples::frames, outermost first: the program, user, kernel
    Verdict verdict = Verdict::unclassified;  // this and the following: only with SampleDetail::processes
    std::string image;                        // path of the executable, raw
    std::uint32_t pid = 0;                    // in the recorder's PID namespace; 0: not known, or too many
    std::uint64_t granted = 0, denied = 0;

    std::uint64_t count() const { return granted + denied; }
};

struct Samples {
    RunFacts run;
    Completeness completeness;
    std::vector<StackFrame> frames;  // sorted by name, so that samples are, too
    std::vector<Sample> samples;     // sorted by capability, then frames; all different
};

class SampleCollector : public CheckReceiver {
public:
    using CheckReceiver::on;

    SampleCollector(CheckFrames frames, SampleDetail detail) : counter_(detail), frames_(std::move(frames)) {}

    void on(const AnnotatedCheck& check) override { counter_.on(check); }

    Samples result(StreamSummary summary) const;
    std::uint64_t left_out() const { return counter_.left_out(); }  // checks beyond the counter's limit

private:
    CheckCounter counter_;
    CheckFrames frames_;
};

}  // namespace caprec
