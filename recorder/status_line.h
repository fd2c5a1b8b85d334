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

// "00:01:30  12 processes, 340 checks, none lost, 12.3 KiB; Ctrl-C ends it"
std::string status_text(std::uint64_t seconds, std::uint64_t processes, std::uint64_t checks, std::uint64_t lost,
                        std::uint64_t bytes, const std::string& end);

}  // namespace caprec
