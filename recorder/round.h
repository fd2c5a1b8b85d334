// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace caprec {

// The kernel's two streams, which share one clock: events, in a ring, and mappings.  An event must come after the
// mappings that it needs, and a mapping after the event that told of its process.
struct Streams {
    std::function<std::uint64_t()> clock;    // ns, CLOCK_MONOTONIC
    std::function<std::uint64_t()> written;  // the end of the events so far
    std::function<void()> collect;           // the mappings so far
    // Takes the events up to `end`, and before each the mappings up to its time.  False when it reached an event that
    // is not yet whole.
    std::function<bool(std::uint64_t end)> drain;
    std::function<void(std::uint64_t time)> settle;  // takes the mappings up to `time`, whether events come or not
};

// Takes all that is there of both streams, in the order of time, however long each step takes.
void take_round(const Streams& streams);

}  // namespace caprec
