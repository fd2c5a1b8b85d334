// SPDX-License-Identifier: Apache-2.0
#include "recorder/running_processes.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "bpf/event.h"
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

}  // namespace

bool RunningProcesses::is_process(int pidfd, std::uint64_t process) const {
    std::vector<std::byte> state(value_bytes_);
    if (bpf_map_lookup_elem(tasks_, &pidfd, state.data()) != 0)
        return false;
    ev_task_seed seed{};
    std::memcpy(&seed, state.data(), sizeof seed);
    return seed.process == process;
}

std::string RunningProcesses::arguments(std::uint64_t process, std::uint32_t tgid) const {
    const auto pidfd = static_cast<int>(tgid != 0 ? syscall(SYS_pidfd_open, tgid, 0) : -1);
    if (pidfd < 0)
        return {};
    std::string text;
    if (is_process(pidfd, process)) {
        text = contents("/proc/" + std::to_string(tgid) + "/cmdline");
        if (syscall(SYS_pidfd_send_signal, pidfd, 0, nullptr, 0) != 0 &&
            errno == ESRCH)  // it has ended: it may have been another's
            text.clear();
    }
    close(pidfd);
    return text;
}

}  // namespace caprec
