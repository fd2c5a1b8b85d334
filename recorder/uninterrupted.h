// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sched.h>

namespace caprec {

// While it lives, ordinary processes do not interrupt this one, where that is allowed: CAP_SYS_NICE.  Some of what it
// does keeps other tasks on its CPU from being recorded until it goes on.  While the kernel works on a map for a system
// call, it runs no program that came by perf (an event, a kprobe); and a task that the search is about to take in waits
// for that.
class Uninterrupted {
public:
    Uninterrupted() : policy_(sched_getscheduler(0)) {
        const sched_param lowest{.sched_priority = 1};
        is_raised_ = policy_ == SCHED_OTHER && sched_setscheduler(0, SCHED_FIFO, &lowest) == 0;
    }
    ~Uninterrupted() {
        const sched_param none{};
        if (is_raised_)
            (void)sched_setscheduler(0, policy_, &none);
    }
    Uninterrupted(const Uninterrupted&) = delete;
    Uninterrupted& operator=(const Uninterrupted&) = delete;

private:
    int policy_;
    bool is_raised_ = false;
};

}  // namespace caprec
