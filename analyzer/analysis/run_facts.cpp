// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/run_facts.h"

namespace caprec {

std::uint64_t recorded_time(const RunFacts& run) {
    const std::uint64_t start = run.header.start.monotonic;
    const std::uint64_t end = run.footer ? run.footer->end.monotonic : run.last_time;
    return end > start ? end - start : 0;
}

std::string survivors_note(const RunFacts& run) {
    const std::uint64_t count = run.footer ? run.footer->survivor_count : 0;
    if (count == 0 || run.header.scope != RecordingScope::command)
        return {};
    return std::to_string(count) + (count == 1 ? " process was" : " processes were") + " still running when " +
           (run.run_count() == 1 ? "the recording" : "a recording") +
           " ended: what they asked for later is not here; caprec --wait records "
           "until the last one ends";
}

}  // namespace caprec
