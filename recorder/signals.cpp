// SPDX-License-Identifier: Apache-2.0
#include "recorder/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "recorder/messages.h"
#include "schema/error.h"

namespace caprec {

Signals::Signals() {
    sigset_t ours;
    sigemptyset(&ours);
    sigemptyset(&ignored_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGCHLD, SIGUSR1, SIGUSR2,
                             // a write that fails is an error to report, not a reason to die; blocked and not ignored,
                             // as an ignored signal would stay so in the command
                             SIGPIPE, SIGXFSZ}) {
        sigaddset(&ours, number);
        struct sigaction action {};
        if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            sigaddset(&ignored_, number);
    }
    if (was_ignored(SIGCHLD))
        signal(SIGCHLD, SIG_DFL);
    if (sigprocmask(SIG_BLOCK, &ours, &original_) != 0)
        throw Error("cannot block signals: " + errno_text(errno));
    fd_ = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd_ < 0)
        throw Error("cannot receive signals: " + limit_text(errno));
}

Signals::~Signals() {
    if (fd_ >= 0)
        close(fd_);
}

Signals::Taken Signals::take() {
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof info) != static_cast<ssize_t>(sizeof info))
        return {};
    return {static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
}

}  // namespace caprec
