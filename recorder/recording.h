// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "recorder/capture.h"
#include "recorder/encoder.h"
#include "recorder/mapping_events.h"
#include "recorder/output_file.h"
#include "schema/run_info.h"
#include "schema/trace_writer.h"

namespace caprec {

// The trace being written: records come in from the ring buffer, chunks go out, with header and footer around them.
// When the output fails, or memory runs out, it says so once, through failure(), and throws everything away from then
// on: the command goes on.
class Recording {
public:
    // `header` lacks only the command's thread, which this finds out.  The command's process must exist.
    Recording(Capture& capture, MappingEvents& mappings, OutputFile& output, RunHeader header);

    // Takes all records from the ring buffer and returns their number.  Writes a chunk when the last one is a second
    // old; to a pipe, a tenth of a second.
    std::size_t take();

    void finish(RunFooter footer);  // detaches, takes the rest, writes the first-seen rows and the footer

    bool failed() const { return !failure_.empty(); }
    const std::string& failure() const { return failure_; }

    const ProcessList& processes() const { return processes_; }
    std::uint64_t checks() const { return encoder_.checks(); }
    std::uint64_t checks_made() const { return checks_made_; }  // after finish()
    const Losses& losses() const { return losses_; }            // after finish(): all known losses
    std::uint64_t kinds() const { return encoder_.kinds(); }    // so far, of checks and refused calls
    std::uint64_t known_losses() const;                         // so far, of all kinds
    std::uint64_t bytes() const { return output_.size(); }      // written so far

private:
    void start(RunHeader header);
    Losses all_losses(std::uint64_t now);  // ns: everything older is decided
    template <class Work> void guarded(Work work);
    void fail(const std::string& why);

    Capture& capture_;
    MappingEvents& mappings_;
    OutputFile& output_;
    TraceWriter writer_;
    ProcessList processes_;
    Encoder encoder_;
    std::chrono::steady_clock::time_point flushed_, counted_;
    bool unflushed_ = false;
    Losses losses_;
    std::uint64_t checks_made_ = 0;
    std::string failure_;
};

}  // namespace caprec
