// SPDX-License-Identifier: Apache-2.0
#include "tests/live/child.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "schema/error.h"

namespace caprec {
namespace {

using namespace std::chrono_literals;

int memory_file() {
    const int fd = memfd_create("output", MFD_CLOEXEC);
    if (fd < 0)
        throw std::runtime_error("memfd_create: " + errno_text(errno));
    return fd;
}

std::string contents(int fd) {
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = pread(fd, part.data(), part.size(), static_cast<off_t>(text.size()))) > 0;)
        text.append(part.data(), static_cast<std::size_t>(got));
    return text;
}

int times_in(const std::string& text, const std::string& wanted) {
    int times = 0;
    for (std::size_t at = 0; (at = text.find(wanted, at)) != std::string::npos; at += wanted.size())
        ++times;
    return times;
}

[[noreturn]] void become(const Launch& launch) {
    close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);  // whatever descriptors the test itself was given
    // the caller of the test must not matter: under sudo the recorder would act for that person
    for (const char* name : {"SUDO_UID", "SUDO_GID", "SUDO_USER"})
        unsetenv(name);
    setpriority(PRIO_PROCESS, 0, 0);  // nor its nice value: that decides which values are better
    for (const std::string& entry : launch.environment) {
        const std::size_t equal = entry.find('=');
        setenv(entry.substr(0, equal).c_str(), entry.substr(equal + 1).c_str(), 1);
    }
    if (!launch.directory.empty() && chdir(launch.directory.c_str()) != 0)
        _exit(120);
    if (launch.prepare)
        launch.prepare();
    std::vector<char*> words;
    for (const std::string& word : launch.argv)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(121);
}

}  // namespace

Child::Child(const Launch& launch) {
    if (launch.terminal) {
        pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    } else {
        out_ = memory_file();
        err_ = memory_file();
        pid_ = fork();
    }
    if (pid_ < 0)
        throw std::runtime_error("fork: " + errno_text(errno));
    if (pid_ == 0) {
        if (!launch.terminal) {
            dup2(launch.standard_output >= 0 ? launch.standard_output : out_, STDOUT_FILENO);
            dup2(err_, STDERR_FILENO);
        }
        become(launch);
    }
    if (terminal_ >= 0)
        fcntl(terminal_, F_SETFD, FD_CLOEXEC);
}

Child::~Child() {
    if (!status_) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    for (const int fd : {out_, err_, terminal_})
        if (fd >= 0)
            close(fd);
}

void Child::signal(int number) const { kill(pid_, number); }

void Child::type(const std::string& keys) const { (void)!write(terminal_, keys.data(), keys.size()); }

void Child::read_terminal() {
    std::array<char, 4096> part{};
    pollfd waiting{terminal_, POLLIN, 0};
    while (poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0) {
        const ssize_t got = read(terminal_, part.data(), part.size());
        if (got <= 0)
            return;
        terminal_text_.append(part.data(), static_cast<std::size_t>(got));
    }
}

std::string Child::out() {
    if (terminal_ < 0)
        return contents(out_);
    read_terminal();
    return terminal_text_;
}

std::string Child::err() const { return err_ < 0 ? std::string() : contents(err_); }

bool Child::wait_for_output(const std::string& text, int times) {
    return eventually([&] { return times_in(out(), text) >= times; });
}

bool Child::ended() {
    int status = 0;
    if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_)
        status_ = status;
    return status_.has_value();
}

Ended Child::wait() {
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    const auto deadline = std::chrono::steady_clock::now() + 10min;
    while (!ended() && std::chrono::steady_clock::now() < deadline) {
        if (terminal_ >= 0)
            read_terminal();  // a full terminal would stop it
        pollfd waiting{process, POLLIN, 0};
        poll(&waiting, 1, terminal_ >= 0 ? 20 : 1000);
    }
    if (process >= 0)
        close(process);
    if (!ended()) {
        kill(pid_, SIGKILL);
        int status = 0;
        waitpid(pid_, &status, 0);
        status_ = status;
    }
    Ended result;
    if (WIFEXITED(*status_))
        result.status = WEXITSTATUS(*status_);
    else
        result.signal = WTERMSIG(*status_);
    result.out = out();
    result.err = err();
    return result;
}

Ended run(const Launch& launch) {
    Child child(launch);
    return child.wait();
}

bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 5min;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

void collect_orphans() { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

void end_descendants() {
    const std::string own = std::to_string(getpid());
    while (true) {
        std::ifstream list("/proc/" + own + "/task/" + own + "/children");
        bool found = false;
        for (pid_t pid = 0; list >> pid; found = true) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
        if (!found)
            return;
    }
}

}  // namespace caprec
