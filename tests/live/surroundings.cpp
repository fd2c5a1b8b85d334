// SPDX-License-Identifier: Apache-2.0
#include "tests/live/surroundings.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace caprec {
namespace {

void own_mounts() {
    if (unshare(CLONE_NEWNS) != 0)
        return;
    mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    mount("run", "/run", "tmpfs", 0, "mode=755");
    mount("devpts", "/dev/pts", "devpts", 0, "newinstance,gid=5,mode=620,ptmxmode=666");
}

void usual_signals() {
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2, SIGTSTP})
        ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

void pin_surroundings() {
    static const bool pinned = [] {
        umask(022);
        setenv("LC_ALL", "C", 1);
        unsetenv("TZ");
        setpriority(PRIO_PROCESS, 0, 0);
        usual_signals();
        if (geteuid() == 0)
            own_mounts();
        return true;
    }();
    (void)pinned;
}

}  // namespace caprec
