// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <thread>

namespace caprec {

// Starts a thread with this work, or throws std::system_error.
using ThreadStarter = std::function<std::jthread(const std::function<void()>& work)>;
std::jthread start_thread(const std::function<void()>& work);

// Does the work in this thread and in as many more as make `threads`, and returns when all have ended.  A thread that
// cannot be started is no failure: there may be a limit, and the others do its share.  The first exception of the work,
// in whichever thread, is the caller's; the work itself sees to it that the other threads end soon, too.
void work_in_threads(std::size_t threads, const std::function<void()>& work, const ThreadStarter& start = start_thread);

}  // namespace caprec
