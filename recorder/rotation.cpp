// SPDX-License-Identifier: Apache-2.0
#include "recorder/rotation.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <exception>
#include <optional>
#include <ostream>
#include <set>

#include "recorder/messages.h"
#include "recorder/running_session.h"
#include "recorder/session.h"
#include "recorder/session_parts.h"
#include "recorder/signals.h"
#include "recorder/system_error.h"
#include "recorder/waiter.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

using SteadyClock = std::chrono::steady_clock;

// A recorder at work.
struct Recorder {
    pid_t process = 0;
    int reports = -1;
    bool has_begun = false, is_full = false;
    SteadyClock::time_point start;
};

class Rotator {
public:
    Rotator(const RecordOptions& options, std::ostream& messages) : options_(options), messages_(messages) {
        if (options.seconds != 0)
            end_ = SteadyClock::now() + std::chrono::seconds(options.seconds);
    }
    ~Rotator() {
        if (now_.process != 0)
            (void)kill(now_.process, SIGTERM);
        if (next_.process != 0)
            (void)kill(next_.process, SIGTERM);
    }
    Rotator(const Rotator&) = delete;
    Rotator& operator=(const Rotator&) = delete;

    int run() {
        now_ = begin(0);
        for (;;) {
            wait();
            listen(now_);
            listen(next_);
            if (next_.has_begun)
                hand_over();
            reap();
            if (now_.process == 0)
                return next_.process == 0 ? status_ : end();
            if (asks_to_end())
                return end();
            if (next_.process == 0 && is_over())
                next_ = begin(now_.process);
        }
    }

private:
    Recorder begin(pid_t before) {
        std::array<int, 2> pipe{};
        if (pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
            throw SystemError("pipe", errno);
        RecordOptions options = options_;
        options.output = next_name();
        options.seconds = 0;
        const pid_t supervisor = getpid();
        const pid_t process = fork();
        if (process < 0)
            throw SystemError("cannot start the next recorder", errno);
        if (process == 0) {
            close(pipe[0]);
            (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
            (void)sigprocmask(SIG_SETMASK, &signals_.original_mask(), nullptr);
            _exit(getppid() == supervisor ? record_turn(options, {.reports = pipe[1],
                                                                  .supervisor = supervisor,
                                                                  .before = before,
                                                                  .bytes = options.rotation.bytes})
                                          : exit_failed);
        }
        close(pipe[1]);
        return {.process = process, .reports = pipe[0], .start = SteadyClock::now()};
    }

    // Nothing of the parent's may be unwound in the child.
    int record_turn(const RecordOptions& options, const Turn& turn) noexcept {
        try {
            return record_running(options, messages_, turn);
        } catch (const std::bad_alloc&) {
            tell(messages_, limit_text(ENOMEM));
        } catch (const Error& error) {
            tell(messages_, error.what());
        } catch (const std::exception& error) {
            tell(messages_, escape(error.what()));
        }
        return exit_failed;
    }

    // A name that was given before is numbered: host-2.cap.
    std::string next_name() {
        const std::string wanted = name_at(options_.output, std::time(nullptr));
        std::string name = wanted;
        const std::size_t dot = wanted.rfind('.'), slash = wanted.rfind('/');
        const bool has_ending = dot != std::string::npos && (slash == std::string::npos || dot > slash);
        const std::size_t at = has_ending ? dot : wanted.size();
        for (unsigned number = 2; !names_.insert(name).second; ++number)
            name = wanted.substr(0, at) + "-" + std::to_string(number) + wanted.substr(at);
        return name;
    }

    void wait() {
        std::array<pollfd, 3> fds{{{signals_.fd(), POLLIN, 0}, {now_.reports, POLLIN, 0}, {next_.reports, POLLIN, 0}}};
        (void)poll(fds.data(), fds.size(), idle_milliseconds);
    }

    static void listen(Recorder& recorder) {
        for (char what = 0; recorder.reports >= 0 && read(recorder.reports, &what, 1) == 1;) {
            recorder.has_begun = recorder.has_begun || what == Turn::has_begun;
            recorder.is_full = recorder.is_full || what == Turn::is_full;
        }
    }

    bool is_over() const {
        if (!now_.has_begun)
            return false;
        if (options_.rotation.bytes != 0)
            return now_.is_full;
        return SteadyClock::now() - now_.start >= std::chrono::seconds(options_.rotation.seconds);
    }

    void hand_over() {
        (void)kill(now_.process, SIGTERM);
        (void)waitpid(now_.process, &wait_status_, 0);
        note_status();
        close(now_.reports);
        now_ = next_;
        next_ = {};
    }

    // A recorder that ended by itself has said why.
    void reap() {
        for (Recorder* recorder : {&now_, &next_})
            if (recorder->process != 0 && waitpid(recorder->process, &wait_status_, WNOHANG) == recorder->process) {
                note_status();
                close(recorder->reports);
                *recorder = {};
                if (status_ == 0 && !ends_)
                    status_ = exit_failed;
            }
    }

    void note_status() {
        const int status = WIFEXITED(wait_status_) ? WEXITSTATUS(wait_status_) : exit_failed;
        if (status != 0)
            status_ = status;
    }

    bool asks_to_end() {
        for (Signals::Taken taken = signals_.take(); taken.number != 0; taken = signals_.take())
            if ((taken.number == SIGINT || taken.number == SIGTERM || taken.number == SIGQUIT ||
                 taken.number == SIGHUP) &&
                !signals_.was_ignored(taken.number))
                ends_ = true;
        return ends_ || (end_ && SteadyClock::now() >= *end_);
    }

    int end() {
        while (next_.process != 0 && !next_.has_begun) {  // then the last two files have no gap between them
            wait();
            listen(next_);
            reap();
        }
        for (Recorder* recorder : {&now_, &next_}) {
            if (recorder->process == 0)
                continue;
            (void)kill(recorder->process, SIGTERM);
            while (waitpid(recorder->process, &wait_status_, 0) < 0 && errno == EINTR) {
            }
            note_status();
            *recorder = {};
        }
        return status_;
    }

    const RecordOptions& options_;
    std::ostream& messages_;
    Signals signals_;
    std::optional<SteadyClock::time_point> end_;
    std::set<std::string> names_;  // one for each file
    Recorder now_, next_;
    int status_ = 0, wait_status_ = 0;
    bool ends_ = false;
};

}  // namespace

std::string name_at(const std::string& pattern, std::time_t time) {
    std::tm local{};
    std::array<char, PATH_MAX> name{};
    const std::size_t length =
        localtime_r(&time, &local) != nullptr ? std::strftime(name.data(), name.size(), pattern.c_str(), &local) : 0;
    if (length == 0)
        throw Error("-o " + escape(pattern) + " makes no name of a file; see strftime(3)");
    return {name.data(), length};
}

int record_in_turns(const RecordOptions& options, std::ostream& messages) {
    (void)name_at(options.output, std::time(nullptr));
    return Rotator(options, messages).run();
}

}  // namespace caprec
