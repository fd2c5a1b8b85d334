// SPDX-License-Identifier: Apache-2.0
#include "recorder/session.h"

#include <sys/capability.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <ostream>

#include "recorder/caller.h"
#include "recorder/capture.h"
#include "recorder/host_facts.h"
#include "recorder/mapping_events.h"
#include "recorder/messages.h"
#include "recorder/output_file.h"
#include "recorder/recording.h"
#include "recorder/rotation.h"
#include "recorder/running_session.h"
#include "recorder/session_parts.h"
#include "recorder/signals.h"
#include "recorder/target.h"
#include "recorder/waiter.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

bool asks_to_end(int signal) { return signal == SIGINT || signal == SIGTERM || signal == SIGQUIT || signal == SIGHUP; }

// The loop from the command's start to the end of the recording.
class Watch {
public:
    Watch(const RecordOptions& options, Capture& capture, const MappingEvents& mappings, Target& target,
          Signals& signals, Recording& recording, std::ostream& messages)
        : options_(options),
          capture_(capture),
          target_(target),
          signals_(signals),
          recording_(recording),
          messages_(messages),
          waiter_(signals.fd(), capture.ring_fd(), mappings.fd()) {}

    EndReason run() {
        int pause = busy_milliseconds;
        while (true) {
            const bool was_failed = recording_.failed();
            pause = recording_.take() > 0 ? busy_milliseconds : std::min(pause * 2, idle_milliseconds);
            if (recording_.failed() && !was_failed)
                messages_ << "caprec: " << recording_.failure() << "; the command goes on without being recorded"
                          << std::endl;
            if (const EndReason reason = check(); reason != EndReason::unknown)
                return reason;
            waiter_.wait(pause);
        }
    }

    int last_signal() const { return last_signal_; }

private:
    EndReason check() {
        for (Signals::Taken taken = signals_.take(); taken.number != 0; taken = signals_.take())
            if (on_signal(taken))
                return EndReason::interrupted;
        for (Target::Change change = target_.poll(); change != Target::Change::none; change = target_.poll())
            if (change == Target::Change::stopped)
                stop_with_command();
        if (!target_.ended())
            return EndReason::unknown;
        if (!options_.wait_for_descendants || recording_.failed())
            return EndReason::command_ended;
        return capture_.live_tasks() <= 0 ? EndReason::last_descendant_ended : EndReason::unknown;
    }

    // True when the recording ends.
    bool on_signal(Signals::Taken taken) {
        if (taken.number == SIGCHLD || taken.number == SIGCONT || taken.number == SIGPIPE || taken.number == SIGXFSZ)
            return false;
        if (taken.number == SIGTSTP && target_.ended()) {
            if (!signals_.was_ignored(SIGTSTP))
                raise(SIGSTOP);
            return false;
        }
        if (!taken.from_terminal && !target_.ended())
            (void)kill(target_.pid(), taken.number);
        if (!asks_to_end(taken.number) || signals_.was_ignored(taken.number))
            return false;
        last_signal_ = taken.number;
        return ++requests_ > 1 || target_.ended();
    }

    // The shell watches this process, not the command: it must see the job stop, and continue.
    void stop_with_command() {
        raise(SIGSTOP);
        (void)kill(target_.pid(), SIGCONT);
    }

    const RecordOptions& options_;
    Capture& capture_;
    Target& target_;
    Signals& signals_;
    Recording& recording_;
    std::ostream& messages_;
    Waiter waiter_;
    int requests_ = 0, last_signal_ = 0;
};

TargetStatus status_of(const Target& target, int exec_error) {
    using Kind = TargetStatus::Kind;
    if (exec_error != 0)
        return {Kind::not_executed, exec_error};
    if (!target.ended())
        return {Kind::running, 0};
    const int status = target.wait_status();
    if (WIFSIGNALED(status))
        return {Kind::signaled, WTERMSIG(status)};
    return {Kind::exited, WEXITSTATUS(status)};
}

void tell_start_failure(std::ostream& messages, const RecordOptions& options, const Target& target, int error) {
    if (target.user_failed())
        tell(messages, "cannot run the command as " +
                           (options.user.empty() ? std::string("the caller") : "user " + escape(options.user)) + ": " +
                           errno_text(error) + "; -u needs root");
    else
        tell(messages, "cannot execute " + escape(options.command[0]) + ": " + errno_text(error));
}

}  // namespace

int record(const RecordOptions& options, std::ostream& messages) {
    if (options.rotation.is_wanted())
        return record_in_turns(options, messages);
    if (!options.scope.is_command())
        return record_running(options, messages);
    const Caller caller = find_caller();
    std::optional<Account> user;
    if (!options.user.empty())
        user = find_account(options.user);
    const UserEnvironment environment = user ? user_environment(*user) : UserEnvironment{};
    OutputFile output(options.output, caller);
    Signals signals;
    Capture capture(capture_settings(options, caller));
    if (options.verbose)
        tell_hook(messages, capture);
    MappingEvents mappings(options.user_stacks != UserStackMode::none ? capture.mapping_rings_fd() : -1,
                           capture.mapping_marks());
    const bool without_perf = options.user_stacks != UserStackMode::none && mappings.ring_bytes() == 0;
    const std::string refusal = without_perf ? capture.follow_mappings() : "";
    Target target({options.command, &caller, user ? &*user : nullptr, environment, output.is_standard_output(),
                   signals.original_mask(), signals.was_ignored(SIGCHLD)});
    capture.unfollow_self();
    // CAP_BPF: maps are read until the end; CAP_KILL: signals are passed on to a command that runs as another user
    // the others: files that were executed are looked at, wherever the caller may
    std::vector<int> kept{CAP_BPF, CAP_KILL};
    if (!caller.gained_privilege)
        kept.insert(kept.end(), {CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE});
    if (!caller.gained_privilege && capture.is_disturbed_by_maps())
        kept.push_back(CAP_SYS_NICE);
    keep_only(kept);
    look_at_files_as(caller);
    RunHeader header = header_of(options, caller, capture, mappings, refusal);
    if (user) {
        header.run_as_user = options.user;
        header.run_as_uid = user->uid;
    }
    if (!environment.directory.empty()) {
        header.working_directory = environment.directory;
        tell(messages, "the command runs in " + escape(environment.directory) + ": user " + escape(options.user) +
                           " may not enter the current directory");
    }
    tell(messages, no_mappings_line(header));
    Recording recording(capture, mappings, output, header);
    Watch watch(options, capture, mappings, target, signals, recording, messages);

    const int exec_error = target.release();
    if (exec_error != 0)
        tell_start_failure(messages, options, target, exec_error);
    const EndReason reason = watch.run();

    RunFooter footer;
    footer.end = read_clock();
    footer.reason = reason;
    footer.target = status_of(target, exec_error);
    recording.finish(footer);
    if (recording.failed()) {
        tell(messages, "the trace could not be written: " + recording.failure());
        return exit_failed;
    }
    tell_end(messages, options, recording, output, reason == EndReason::interrupted);
    return target.ended() ? shell_status(target.wait_status()) : 128 + watch.last_signal();
}

}  // namespace caprec
