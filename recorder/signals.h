// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <csignal>

namespace caprec {

// The recorder's signals, as a descriptor that becomes readable.  They are blocked from construction on; the earlier
// mask is for the command.  An ignored SIGCHLD is no longer ignored by this process: otherwise the kernel would reap
// the command, and its status would be lost.
//
// Signals from the terminal reach the command by themselves, as it is in the same process group; signals that somebody
// sends to the recorder's process are passed on to the command.
class Signals {
public:
    Signals();  // throws Error
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    int fd() const { return fd_; }
    const sigset_t& original_mask() const { return original_; }
    bool was_ignored(int number) const { return sigismember(&ignored_, number) == 1; }  // our caller did, as nohup does

    // Takes one waiting signal; signo is 0 when there is none.
    struct Taken {
        int number = 0;
        bool from_terminal = false;
    };
    Taken take();

private:
    int fd_ = -1;
    sigset_t original_{}, ignored_{};
};

}  // namespace caprec
