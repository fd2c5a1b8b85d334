// SPDX-License-Identifier: Apache-2.0
#include "recorder/round.h"

namespace caprec {
namespace {

// No event is on its way for this long.  Mappings of other programs must not pile up while the command sleeps.
constexpr std::uint64_t settled_after = 1'000'000'000;

}  // namespace

void take_round(const Streams& streams) {
    // the clock first: an event behind `end` is not older than it, even when this process is stopped from here on
    const std::uint64_t begin = streams.clock();
    // the mappings that events up to here need were made before them
    const std::uint64_t end = streams.written();
    streams.collect();
    if (streams.drain(end) && begin > settled_after)
        streams.settle(begin - settled_after);
}

}  // namespace caprec
