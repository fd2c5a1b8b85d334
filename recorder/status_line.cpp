// SPDX-License-Identifier: Apache-2.0
#include "recorder/status_line.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <ostream>

#include "schema/losses.h"
#include "schema/words/count_text.h"

namespace caprec {
namespace {

constexpr const char* clear_line = "\r\x1b[K";

std::string clock_text(std::uint64_t seconds) {
    std::array<char, 40> text{};
    (void)std::snprintf(
        text.data(), text.size(), "%02llu:%02llu:%02llu", static_cast<unsigned long long>(seconds / 3600),
        static_cast<unsigned long long>(seconds / 60 % 60), static_cast<unsigned long long>(seconds % 60));
    return text.data();
}

}  // namespace

std::string status_text(const Progress& progress, const std::string& end) {
    const auto& [seconds, processes, checks, kinds, lost, bytes] = progress;
    return clock_text(seconds) + "  " + counted(processes, "process", "processes") + ", " + counted(checks, "check") +
           " of " + counted(kinds, "kind") + ", " +
           (lost == 0 ? std::string("none lost") : with_commas(lost) + " lost") + ", " + size_text(bytes) + "; " + end;
}

StatusLine::StatusLine(const RecordOptions& options, std::ostream& messages)
    : messages_(messages),
      is_shown_(!options.quiet && isatty(STDERR_FILENO) == 1),
      end_("Ctrl-C ends it"),
      began_(std::chrono::steady_clock::now()),
      last_(began_),
      seconds_(options.seconds) {}

void StatusLine::show(const Recording& recording) {
    const auto now = std::chrono::steady_clock::now();
    if (!is_shown_ || now - last_ < std::chrono::seconds(1))
        return;
    last_ = now;
    const auto passed =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now - began_).count());
    std::string end = end_;
    if (seconds_ > passed)
        end += ", or " + clock_text(seconds_ - passed) + " more";
    messages_ << clear_line
              << status_text({passed, recording.processes().started(), recording.checks(), recording.kinds(),
                              recording.known_losses(), recording.bytes()},
                             end)
              << std::flush;
}

void StatusLine::clear() {
    if (is_shown_)
        messages_ << clear_line << std::flush;
}

}  // namespace caprec
