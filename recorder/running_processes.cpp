// SPDX-License-Identifier: Apache-2.0
#include "recorder/running_processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <string_view>
#include <vector>

#include "recorder/file_identity.h"

namespace caprec {
namespace {

constexpr std::size_t most_argument_bytes = 128u << 10;

std::string contents(const std::string& path) {
    std::string text;
    const Descriptor file(path, O_RDONLY);
    std::vector<char> piece(4096);
    for (ssize_t got = 1; file.get() >= 0 && got > 0 && text.size() < most_argument_bytes;) {
        got = read(file.get(), piece.data(), piece.size());
        if (got > 0)
            text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
}

// Field 22 of /proc/PID/stat (proc(5)), in clock ticks.  The name, field 2, may hold any byte; nothing behind it has a
// parenthesis.  0: it is not there.
std::uint64_t start_ticks(std::string_view stat) {
    constexpr int fields_behind_name = 20;
    const std::size_t name = stat.rfind(')');
    std::size_t at = name;
    for (int i = 0; i < fields_behind_name && at != std::string_view::npos; ++i)
        at = stat.find(' ', at + 1);
    if (name == std::string_view::npos || at == std::string_view::npos)
        return 0;
    std::uint64_t ticks = 0;
    (void)std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks);
    return ticks;
}

}  // namespace

std::string arguments_of_running(std::uint32_t tgid, std::uint64_t start_time) {
    if (tgid == 0 || start_time == 0)
        return {};
    const std::string folder = "/proc/" + std::to_string(tgid);
    std::string arguments = contents(folder + "/cmdline");
    const auto ticks_a_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    const std::uint64_t ticks = start_time / (1'000'000'000 / ticks_a_second);
    return start_ticks(contents(folder + "/stat")) == ticks ? arguments : std::string();
}

}  // namespace caprec
