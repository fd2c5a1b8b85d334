// SPDX-License-Identifier: Apache-2.0
#include "recorder/target.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "recorder/messages.h"
#include "schema/error.h"
#include "schema/standard_descriptors.h"

namespace caprec {
namespace {

// The report of the command's process when it could not become the command.
struct Failure {
    int error = 0;
    int step = 0;  // 1: taking the ids, 2: exec
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> all;
    all.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        all.push_back(const_cast<char*>(text.c_str()));
    all.push_back(nullptr);
    return all;
}

void close_if_open(int& fd) {
    if (fd >= 0)
        close(fd);
    fd = -1;
}

}  // namespace

Target::Target(const TargetPlan& plan) {
    std::array<int, 2> go{}, report{};
    if (pipe2(go.data(), O_CLOEXEC) != 0 || pipe2(report.data(), O_CLOEXEC) != 0)
        throw Error("cannot make a pipe: " + limit_text(errno));
    pid_ = fork();
    if (pid_ < 0)
        throw Error("cannot start a process for the command: " + limit_text(errno));
    if (pid_ == 0) {
        close(go[1]);
        close(report[0]);
        run(plan, go[0], report[1]);
    }
    close(go[0]);
    close(report[1]);
    go_ = go[1];
    report_ = report[0];
}

Target::~Target() {
    close_if_open(go_);
    close_if_open(report_);
    if (pid_ > 0 && !status_) {
        int status = 0;
        (void)waitpid(pid_, &status, WNOHANG);
    }
}

// Runs in the new process, with only calls that are safe between fork and exec.
void Target::run(const TargetPlan& plan, int go, int report) const {
    char word = 0;
    ssize_t got = 0;
    while ((got = read(go, &word, 1)) < 0 && errno == EINTR) {
    }
    if (got != 1)
        _exit(125);  // the recorder gave up
    Failure failure;
    if (plan.stdout_to_stderr && dup3(STDERR_FILENO, STDOUT_FILENO, was_closed(STDERR_FILENO) ? O_CLOEXEC : 0) < 0)
        failure = {errno, 1};
    if (failure.error == 0)
        failure = {become_command_user(*plan.caller, plan.run_as), 1};
    if (failure.error == 0 && !plan.environment.directory.empty() && chdir(plan.environment.directory.c_str()) != 0)
        failure = {errno, 1};
    if (failure.error == 0) {
        if (plan.ignores_child_signal)
            signal(SIGCHLD, SIG_IGN);
        sigprocmask(SIG_SETMASK, &plan.signal_mask, nullptr);
        std::vector<char*> arguments = pointers(plan.command), variables = pointers(plan.environment.variables);
        if (plan.run_as != nullptr)
            environ = variables.data();
        execvp(arguments[0], arguments.data());
        failure = {errno, 2};
    }
    (void)!write(report, &failure, sizeof failure);
    _exit(failure.step == 1 ? 125 : failure.error == ENOENT || failure.error == ENOTDIR ? 127 : 126);
}

int Target::release() {
    (void)!write(go_, "g", 1);
    close_if_open(go_);
    Failure failure;
    ssize_t got = 0;
    while ((got = read(report_, &failure, sizeof failure)) < 0 && errno == EINTR) {
    }
    close_if_open(report_);
    if (got != static_cast<ssize_t>(sizeof failure))
        return 0;  // closed by the exec
    user_failed_ = failure.step == 1;
    return failure.error;
}

Target::Change Target::poll() {
    int status = 0;
    if (status_ || waitpid(pid_, &status, WNOHANG | WUNTRACED | WCONTINUED) != pid_)
        return Change::none;
    if (WIFSTOPPED(status))
        return Change::stopped;
    if (WIFCONTINUED(status))
        return Change::continued;
    status_ = status;
    return Change::ended;
}

int shell_status(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace caprec
