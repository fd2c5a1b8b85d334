// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "analyzer/analysis/analysis.h"
#include "analyzer/follow/event_stream.h"
#include "analyzer/result/late_verdicts.h"
#include "analyzer/result/stream_summary.h"
#include "schema/trace_reader.h"

namespace caprec {

class CheckFilter;
class ContainerNames;
class RunMerger;
class UserStacks;

struct ReadOptions {
    // Asked once, when the bytes ended without a footer: does the writer of the file still hold its lock?  Empty means
    // no.
    std::function<bool()> still_recording;
    // Sees each row as it is read, beside the analysis, for counting.  Null: nobody does.
    EventVisitor* rows = nullptr;
    FirstSeenVisitor* first_seen = nullptr;
    // For analyze(): sees each check as well, as stream_checks() delivers them.  Null: nobody does.
    CheckReceiver* checks = nullptr;
    // The table of kernel sites.  Null: the built-in one.
    const Knowledge* knowledge = nullptr;
    std::size_t reasons = 10;                 // the most to keep of each capability
    bool by_program = false;                  // fills Analysis::by_program and files
    bool need_reasons = false;                // fills Analysis::need_reasons
    bool by_keeper = false, by_user = false;  // needs are wanted apart by unit and container, by user
    bool keeper_findings = false;             // fills Analysis::keeper_findings, where the scope is a machine or cgroup
    const ContainerNames* names = nullptr;    // of containers; null: none are known
    // Selects the checks that the answer is about; null: it is about everything.  Receivers get only those.
    const CheckFilter* filter = nullptr;
    // Gets the files that the trace brings, and tells where in the program checks came from.  Null: nobody asks.
    UserStacks* user_stacks = nullptr;
    FilesVisitor* files = nullptr;  // gets these files, too
    // Single checks are wanted: a merged trace has none, and is an Error.
    bool single_checks = false;
    bool calling_frames_only = false;  // only the part of these stacks in a short report: UserStacks::calling_frames()
    // For stream_checks(): the verdicts at the end of an earlier reading, which checks are delivered with.  Null: there
    // was none; StreamSummary::late then tells, if wanted, which verdicts changed.
    const LateVerdicts* late = nullptr;
    bool wants_late = false;
};

// Both read the trace to its end.  They throw Error when its first chunk is not a valid header ("not a
// capability trace; ..."), or when the source fails; everything else that is wrong with a trace is in the
// Completeness.

// Reads the trace only for its verdicts, which the next reading is then given.
StreamSummary read_verdicts(TraceReader& reader, const ReadOptions& options = {});

// For events, stacks: every check, as EventStream describes.  reader.header() is set before the first call.
StreamSummary stream_checks(TraceReader& reader, CheckReceiver& receiver, const ReadOptions& options = {});

// For report, tree, minimal.
Analysis analyze(TraceReader& reader, const ReadOptions& options = {});

enum class MergeOutcome : std::uint8_t {
    whole,
    incomplete,    // something may be missing
    not_executed,  // left out: the command could not be executed, so the trace tells nothing of it
};

// Adds the trace to the merger.
MergeOutcome merge(TraceReader& reader, RunMerger& into, const ReadOptions& options = {});

}  // namespace caprec
