// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/workers.h"

#include <exception>
#include <mutex>
#include <system_error>
#include <vector>

namespace caprec {

std::jthread start_thread(const std::function<void()>& work) { return std::jthread(work); }

void work_in_threads(std::size_t threads, const std::function<void()>& work, const ThreadStarter& start) {
    std::mutex mutex;
    std::exception_ptr first;
    const std::function<void()> guarded = [&] {
        try {
            work();
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!first)
                first = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;  // joined at the end of the block, also when an exception ends it
        others.reserve(threads);
        try {
            while (others.size() + 1 < threads)
                others.push_back(start(guarded));
        } catch (const std::system_error&) {  // the system has no room for more of them
        }
        guarded();
    }
    if (first)
        std::rethrow_exception(first);
}

}  // namespace caprec
