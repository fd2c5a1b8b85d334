// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "recorder/messages.h"
#include "schema/error.h"

namespace caprec {

// The reader polls: often while events come, ten times a second when all is quiet.  The kernel side wakes it only when
// a part of the ring is full.
inline constexpr int busy_milliseconds = 5, idle_milliseconds = 100;

// Waits for a signal, for the ring to fill, or for the time to pass.
class Waiter {
public:
    // `mappings` is -1 when there are no rings for mappings.
    Waiter(int signals, int ring, int mappings) : fd_(epoll_create1(EPOLL_CLOEXEC)) {
        if (fd_ < 0 || !add(signals, EPOLLIN) || !add(ring, EPOLLIN | EPOLLET) ||
            (mappings >= 0 && !add(mappings, EPOLLIN | EPOLLET))) {
            const int error = errno;
            if (fd_ >= 0)
                close(fd_);
            throw Error("cannot wait for events: " + limit_text(error));
        }
    }
    ~Waiter() { close(fd_); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    void wait(int milliseconds) {
        std::array<epoll_event, 3> events{};
        (void)epoll_wait(fd_, events.data(), static_cast<int>(events.size()), milliseconds);
    }

private:
    bool add(int fd, std::uint32_t what) const {
        epoll_event event{};
        event.events = what;
        return epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) == 0;
    }
    int fd_;
};

}  // namespace caprec
