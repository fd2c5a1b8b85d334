// SPDX-License-Identifier: Apache-2.0
//
// Checks added up by where they came from, for the formats that show how often and not when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "analyzer/export/parts/check_frames.h"
#include "analyzer/pipeline/pipeline.h"
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
    std::vector<StackFrame> frames;  // by name, so that samples are by name, too
    std::vector<Sample> samples;     // by capability, then by frames; all different
};

enum class SampleDetail : std::uint8_t {
    stacks,     // by capability and stack
    processes,  // and by verdict and process
};

class SampleCollector : public CheckReceiver {
public:
    using CheckReceiver::on;
    // Limits on different samples, which bound memory.  Beyond max_of_processes, new ones are not told apart by process
    // any more.
    static constexpr std::size_t max_samples = 200'000, max_of_processes = 150'000;

    SampleCollector(CheckFrames frames, SampleDetail detail) : detail_(detail), frames_(std::move(frames)) {}

    void on(const AnnotatedCheck& check) override;

    Samples result(StreamSummary summary) const;
    std::uint64_t left_out() const { return left_out_; }  // checks beyond max_samples

private:
    struct Key {
        unsigned capability = 0;
        std::uint32_t image = 0, process = 0;
        Verdict verdict = Verdict::unclassified;
        Id comm = 0, user_stack = 0, stack = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        KeyHash() {}
        std::size_t operator()(const Key& key) const;
        IdHash mix;
    };
    struct Entry {
        std::string image, comm;
        std::uint32_t pid = 0;
        std::uint64_t granted = 0, denied = 0;
    };

    Entry* find(const AnnotatedCheck& check);

    SampleDetail detail_;
    CheckFrames frames_;
    std::unordered_map<Key, Entry, KeyHash> entries_;
    std::uint64_t left_out_ = 0;
};

}  // namespace caprec
