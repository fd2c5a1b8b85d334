// SPDX-License-Identifier: Apache-2.0
#include "recorder/program_variant.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "capture.skel.h"
#include "capture_0.skel.h"
#include "capture_1.skel.h"
#include "capture_2.skel.h"

namespace caprec {
namespace {

constexpr const char* kernel_types = "/sys/kernel/btf/vmlinux";

// The names in the kernel's types, each between two zero bytes; empty when they cannot be read: then loading the
// programs says why.
class KernelNames {
public:
    KernelNames() {
        const int fd = open(kernel_types, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return;
        btf_header header{};
        if (pread(fd, &header, sizeof header, 0) == sizeof header && header.magic == BTF_MAGIC &&
            header.str_len < most_bytes) {
            bytes_ = std::make_unique_for_overwrite<char[]>(header.str_len);
            read(fd, static_cast<off_t>(header.hdr_len) + header.str_off, header.str_len);
        }
        close(fd);
    }

    bool has(std::string_view name) const {
        const std::string whole = '\0' + std::string(name) + '\0';
        return size_ != 0 && memmem(bytes_.get(), size_, whole.data(), whole.size()) != nullptr;
    }

private:
    static constexpr std::uint32_t most_bytes = 64u << 20;

    void read(int fd, off_t from, std::size_t wanted) {
        for (ssize_t got = 1; got > 0 && size_ < wanted; size_ += static_cast<std::size_t>(got))
            got =
                std::max<ssize_t>(pread(fd, bytes_.get() + size_, wanted - size_, from + static_cast<off_t>(size_)), 0);
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
};

using Names = std::array<std::string_view, 4>;  // empty: no further one

// The names that each variant needs beyond those of the one before it.
constexpr Names needed[] = {
    Names{"bpf_rdonly_cast", "bpf_task_from_pid", "bpf_task_release", "BPF_FUNC_loop"},
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
    const KernelNames names;
    const auto has = [&](std::string_view name) { return name.empty() || names.has(name); };
    unsigned variant = 0;
    while (variant < std::size(needed) && std::all_of(needed[variant].begin(), needed[variant].end(), has))
        ++variant;
    // the guard that tracepoints have since then (include/linux/tracepoint.h), where they had one against preemption
    const bool preempts_programs = names.has("class_srcu_fast_notrace_t");
    return {variant, objects[variant](), variant >= 1, variant >= 2, preempts_programs};
}

}  // namespace caprec
