// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "analyzer/export/parts/samples.h"
#include "analyzer/follow/annotated_check.h"
#include "analyzer/result/stream_summary.h"

namespace caprec {

// Writes checks in a form that some other program reads.  It sees every check once, while the trace is read.
class Exporter : public CheckReceiver {
public:
    using CheckReceiver::on;

    // The visitor that also sees the rows, as ReadOptions::rows describes.  Null: none.
    virtual EventVisitor* rows() { return nullptr; }
    // To be called at the end of the trace: writes the rest.
    virtual void finish(StreamSummary summary) = 0;
    // How many checks are missing in the output because a limit was reached.
    virtual std::uint64_t left_out() const { return 0; }
};

struct ExportTarget {
    const TraceReader& reader;
    std::ostream& out;
    std::string exporter;       // "capanalyze 0.1.0": who wrote it; ours
    UserStacks* user_stacks;    // null: no user frames are wanted
    bool kernel_frames = true;  // kernel frames are wanted

    CheckFrames frames() const { return {reader, user_stacks, kernel_frames}; }
};

// The exporter for formats that count: they differ only in how Samples are written.
class SampleExporter : public Exporter {
public:
    using Exporter::on;
    using Write = void (*)(const Samples& samples, const ExportTarget& target);

    SampleExporter(ExportTarget target, SampleDetail detail, Write write)
        : target_(std::move(target)), collector_(target_.frames(), detail), write_(write) {}

    void on(const AnnotatedCheck& check) override { collector_.on(check); }
    void finish(StreamSummary summary) override { write_(collector_.result(std::move(summary)), target_); }
    std::uint64_t left_out() const override { return collector_.left_out(); }

private:
    ExportTarget target_;
    SampleCollector collector_;
    Write write_;
};

}  // namespace caprec
