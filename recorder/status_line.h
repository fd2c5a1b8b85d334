// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "recorder/options.h"
#include "recorder/recording.h"

namespace caprec {

// One line on the terminal, written again each second, while there is no command whose output it would disturb: how far
// the recording is, and what ends it.  Where standard error is no terminal, or with -q, there is none.
class StatusLine {
public:
    StatusLine(const RecordOptions& options, std::ostream& messages);

    void show(const Recording& recording);
    void clear();

private:
    std::ostream& messages_;
    bool is_shown_;
    std::string end_;  // "Ctrl-C ends it"
    std::chrono::steady_clock::time_point began_, last_;
    std::uint64_t seconds_;
};

struct Progress {
    std::uint64_t seconds = 0, processes = 0, checks = 0, kinds = 0, lost = 0, bytes = 0;
};

// "00:01:30  12 processes, 340 checks of 21 kinds, none lost, 12.3 KiB; Ctrl-C ends it"
std::string status_text(const Progress& progress, const std::string& end);

}  // namespace caprec
