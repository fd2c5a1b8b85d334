// SPDX-License-Identifier: Apache-2.0
#include "recorder/running_session.h"

#include <sys/capability.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <ostream>
#include <string>

#include "recorder/host_facts.h"
#include "recorder/messages.h"
#include "recorder/session.h"
#include "recorder/session_parts.h"
#include "recorder/signals.h"
#include "recorder/status_line.h"
#include "recorder/waiter.h"
#include "schema/words/count_text.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

using SteadyClock = std::chrono::steady_clock;

void report(const Turn& turn, char what) {
    if (turn.reports >= 0)
        (void)!write(turn.reports, &what, 1);  // a supervisor that is gone needs none
}

// The loop from the beginning of the search to the end of the recording.
class RunningWatch {
public:
    RunningWatch(const RecordOptions& options, const Turn& turn, Capture& capture, const MappingEvents& mappings,
                 Signals& signals, Recording& recording, StatusLine& status)
        : options_(options),
          turn_(turn),
          capture_(capture),
          signals_(signals),
          recording_(recording),
          status_(status),
          waiter_(signals.fd(), capture.ring_fd(), mappings.fd()) {
        if (options.seconds != 0)
            end_ = SteadyClock::now() + std::chrono::seconds(options.seconds);
    }

    EndReason run() {
        int pause = busy_milliseconds;
        while (true) {
            pause = recording_.take() > 0 ? busy_milliseconds : std::min(pause * 2, idle_milliseconds);
            capture_.search_again();
            if (const EndReason reason = check(); reason != EndReason::unknown)
                return reason;
            status_.show(recording_);
            report_size();
            waiter_.wait(pause);
        }
    }

private:
    EndReason check() {
        if (recording_.failed())
            return EndReason::failed;
        for (Signals::Taken taken = signals_.take(); taken.number != 0; taken = signals_.take())
            if (ends(taken.number))
                return EndReason::interrupted;
        if (end_ && SteadyClock::now() >= *end_)
            return EndReason::time_up;
        const bool can_end = !options_.scope.processes.empty();
        return can_end && capture_.live_tasks() <= 0 ? EndReason::last_descendant_ended : EndReason::unknown;
    }

    void report_size() {
        if (turn_.bytes == 0 || was_full_ || recording_.bytes() < turn_.bytes)
            return;
        was_full_ = true;
        report(turn_, Turn::is_full);
    }

    bool ends(int signal) const {
        return (signal == SIGINT || signal == SIGTERM || signal == SIGQUIT || signal == SIGHUP) &&
               !signals_.was_ignored(signal);
    }

    const RecordOptions& options_;
    const Turn& turn_;
    Capture& capture_;
    Signals& signals_;
    Recording& recording_;
    StatusLine& status_;
    Waiter waiter_;
    std::optional<SteadyClock::time_point> end_;
    bool was_full_ = false;
};

std::string scope_text(const Scope& scope) {
    switch (scope.kind) {
        case RecordingScope::processes: break;
        case RecordingScope::cgroup: return "the cgroup " + escape(scope.names[0]);
        case RecordingScope::machine: return "the whole machine";
        case RecordingScope::command: return {};
    }
    if (scope.names.size() == 1)
        return "process " + scope.names[0] + ", and what it starts";
    return counted(scope.names.size(), "process", "processes") + ", and what they start";
}

}  // namespace

int record_running(const RecordOptions& options, std::ostream& messages, const Turn& turn) {
    const Caller caller = find_caller();
    const Scope scope = find_scope(options.scope, caller);
    OutputFile output(options.output, caller);
    Signals signals;
    CaptureSettings settings = capture_settings(options, caller);
    settings.scope = scope.kind;
    settings.cgroup_id = scope.cgroup_id;
    Capture capture(settings);
    if (options.verbose)
        tell_hook(messages, capture);
    const bool wants_stacks = options.user_stacks != UserStackMode::none;
    MappingEvents mappings(wants_stacks ? capture.mapping_rings_fd() : -1, capture.mapping_marks());
    const std::string refusal = wants_stacks && mappings.ring_bytes() == 0 ? capture.follow_mappings() : "";
    capture.unfollow_self();
    // CAP_BPF: maps are read, and the search goes on, which nobody shall interrupt (CAP_SYS_NICE); the others: files
    // that run are looked at, wherever they are
    keep_only(caller.gained_privilege ? std::vector<int>{CAP_BPF}
                                      : std::vector<int>{CAP_BPF, CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_NICE});
    look_at_files_as(caller);
    RunHeader header = header_of(options, caller, capture, mappings, refusal);
    header.scope = scope.kind;
    header.scope_names = scope.names;
    tell(messages, no_mappings_line(header));
    Recording recording(capture, mappings, output, header);
    // what comes out of the recorder must not come in again
    std::vector<pid_t> left_out;
    if (output.is_standard_output())
        left_out = readers_of(STDOUT_FILENO);
    if (turn.before != 0)
        left_out.push_back(turn.before);
    capture.begin_search(scope.processes, left_out, turn.supervisor);
    report(turn, Turn::has_begun);
    for (const std::string& process : scope.names)
        if (scope.kind == RecordingScope::processes && access(("/proc/" + process).c_str(), F_OK) != 0)
            tell(messages, "process " + process + " has ended before it was found: what it did is not recorded");
    if (!options.quiet && turn.before == 0)
        tell(messages, "recording " + scope_text(scope) + "; Ctrl-C ends it");
    StatusLine status(options, messages);
    RunningWatch watch(options, turn, capture, mappings, signals, recording, status);
    const EndReason reason = watch.run();
    status.clear();

    RunFooter footer;
    footer.end = read_clock();
    footer.reason = reason;
    recording.finish(footer);
    if (recording.failed()) {
        tell(messages, "the trace could not be written: " + recording.failure());
        return exit_failed;
    }
    tell_end(messages, options, recording, output, false);
    return 0;
}

}  // namespace caprec
