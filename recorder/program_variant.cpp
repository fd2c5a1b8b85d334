// SPDX-License-Identifier: Apache-2.0
#include "recorder/program_variant.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "capture.skel.h"
#include "capture_0.skel.h"
#include "capture_1.skel.h"
#include "capture_2.skel.h"
#pragma GCC diagnostic pop

namespace caprec {
namespace {

constexpr const char* kernel_types = "/sys/kernel/btf/vmlinux";

// Empty when it cannot be read: then loading the programs says why.
std::vector<char> read_kernel_types() {
    std::vector<char> bytes;
    const int fd = open(kernel_types, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return bytes;
    constexpr std::size_t step = 1 << 20;
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(got)) {
        bytes.resize(size + step);
        got = std::max<ssize_t>(read(fd, bytes.data() + size, step), 0);
    }
    close(fd);
    bytes.resize(size);
    return bytes;
}

using Names = std::array<std::string_view, 3>;  // empty: no further one

// What each variant needs beyond the one before it.
constexpr Names needed[] = {
    Names{"bpf_rdonly_cast", "bpf_task_from_pid", "bpf_task_release"},
    Names{"bpf_task_from_vpid"},
    Names{"task_exec_state", "task_dumpable"},
};

template <const void* (*Bytes)(std::size_t*)> std::span<const std::byte> object() {
    std::size_t size = 0;
    const void* bytes = Bytes(&size);
    return {static_cast<const std::byte*>(bytes), size};
}
constexpr std::span<const std::byte> (*objects[])() = {object<capture_0__elf_bytes>, object<capture_1__elf_bytes>,
                                                       object<capture_2__elf_bytes>, object<capture__elf_bytes>};
static_assert(std::size(objects) == std::size(needed) + 1);

}  // namespace

ProgramVariant program_variant() {
    const std::vector<char> types = read_kernel_types();
    const auto has = [&](std::string_view name) {
        if (name.empty())
            return true;
        const std::string whole = '\0' + std::string(name) + '\0';
        const std::boyer_moore_horspool_searcher searcher(whole.begin(), whole.end());
        return std::search(types.begin(), types.end(), searcher) != types.end();
    };
    std::size_t variant = 0;
    while (variant < std::size(needed) && std::all_of(needed[variant].begin(), needed[variant].end(), has))
        ++variant;
    return {objects[variant](), variant >= 1, variant >= 2};
}

}  // namespace caprec
