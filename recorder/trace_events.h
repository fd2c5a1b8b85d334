// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace caprec {

// The kernel's trace events, each a tracepoint as perf_event_open(2) knows it.  Their numbers stand in tracefs, which
// only root can read, and which need not be mounted anywhere.
class TraceEvents {
public:
    TraceEvents();  // throws SystemError
    ~TraceEvents();
    TraceEvents(const TraceEvents&) = delete;
    TraceEvents& operator=(const TraceEvents&) = delete;

    // Opens the event "capability/cap_capable" for all processes: the kernel then runs the program that is attached to
    // the descriptor on every CPU.  The descriptor is the caller's.  Throws SystemError.
    int open(const std::string& name) const;

private:
    int folder_;
};

}  // namespace caprec
