// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <iosfwd>

#include "recorder/options.h"

namespace caprec {

// One of several recordings that follow one another, see rotation.h.
struct Turn {
    static constexpr char has_begun = 'b', is_full = 'f';
    int reports = -1;         // a pipe to the supervisor, which takes these; -1: it is the only recording
    pid_t supervisor = 0;     // it and all that it starts are not recorded
    pid_t before = 0;         // nor is the recorder whose turn it was; 0: there was none
    std::uint64_t bytes = 0;  // as large as this, the file is full; 0: it has no limit
};

// Records what runs already until all of it has ended, its time is up or a signal ends it.  Returns the exit status.
// Throws Error when the recording cannot begin.
int record_running(const RecordOptions& options, std::ostream& messages, const Turn& turn = {});

}  // namespace caprec
