// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "recorder/caller.h"
#include "recorder/user_environment.h"
#include "schema/run_info.h"

namespace caprec {

struct TargetPlan {
    std::vector<std::string> command;
    const Caller* caller = nullptr;
    const Account* run_as = nullptr;    // null: as the caller
    UserEnvironment environment;        // the environment for run_as
    bool stdout_to_stderr = false;      // our standard output carries the trace
    sigset_t signal_mask{};             // the signals that the caller had blocked
    bool ignores_child_signal = false;  // the caller had SIGCHLD ignored
};

// The command's process: forked at once, held at a pipe until release(), and waited for.  It has the caller's
// privileges, environment (or the user's), standard input, umask, limits and signal handling, and none of our
// descriptors.
class Target {
public:
    explicit Target(const TargetPlan& plan);  // throws Error
    ~Target();                                // a process that was never released ends without running the command
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    pid_t pid() const { return pid_; }

    // Lets it run.  Returns 0 when the command was executed, otherwise the errno of the failure; then the process ends
    // by itself with 126 or 127, or 125 when taking the user's ids failed.
    int release();
    bool user_failed() const { return user_failed_; }

    enum class Change { none, stopped, continued, ended };
    Change poll();  // the change since the last call, without waiting

    bool ended() const { return status_.has_value(); }
    int wait_status() const { return status_.value_or(0); }

private:
    [[noreturn]] void run(const TargetPlan& plan, int go, int report) const;

    pid_t pid_ = -1;
    int go_ = -1, report_ = -1;
    bool user_failed_ = false;
    std::optional<int> status_;
};

// The status that a shell would report: the exit status, or 128 + the signal.
int shell_status(int wait_status);

}  // namespace caprec
