// SPDX-License-Identifier: Apache-2.0
#include "recorder/trace_events.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>

#include "recorder/system_error.h"

namespace caprec {
namespace {

// A file system that is mounted nowhere: it is gone with its last descriptor.
int detached_tracefs() {
    const auto context = static_cast<int>(syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC));
    if (context < 0)
        return -1;
    long mount = syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
    if (mount == 0)
        mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    const int error = errno;
    close(context);
    errno = error;
    return static_cast<int>(mount);
}

std::uint64_t number_of(int folder, const std::string& event) {
    std::array<char, 32> text{};
    const int file = openat(folder, ("events/" + event + "/id").c_str(), O_RDONLY | O_CLOEXEC);
    const ssize_t got = file < 0 ? -1 : read(file, text.data(), text.size());
    const int error = errno;
    if (file >= 0)
        close(file);
    if (got < 0)
        throw SystemError("the event " + event, error);
    std::uint64_t number = 0;
    if (std::from_chars(text.data(), text.data() + got, number).ec != std::errc())
        throw SystemError("the number of the event " + event, EINVAL);
    return number;
}

}  // namespace

TraceEvents::TraceEvents() : folder_(detached_tracefs()) {
    if (folder_ < 0)
        throw SystemError("the kernel's list of events (tracefs) cannot be read", errno);
}

TraceEvents::~TraceEvents() { close(folder_); }

int TraceEvents::open(const std::string& name) const {
    perf_event_attr wanted{};
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_TRACEPOINT;
    wanted.config = number_of(folder_, name);
    const auto event = static_cast<int>(
        syscall(SYS_perf_event_open, &wanted, /* pid */ -1, /* cpu */ 0, /* group */ -1, PERF_FLAG_FD_CLOEXEC));
    if (event < 0)
        throw SystemError("the event " + name, errno);
    return event;
}

}  // namespace caprec
