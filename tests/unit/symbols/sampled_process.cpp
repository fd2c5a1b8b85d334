// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/symbols/sampled_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "analyzer/symbols/elf/elf_file.h"
#include "analyzer/symbols/elf/file_descriptor.h"
#include "schema/error.h"

namespace caprec {
namespace {

std::string maps_of(int thread) {
    std::ifstream file("/proc/" + std::to_string(thread) + "/maps");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Mapping> parse_maps(const std::string& text) {
    std::vector<Mapping> mappings;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        Mapping mapping;
        char mode[5] = {};
        int path = 0;
        if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &mapping.start,
                        &mapping.end, mode, &mapping.offset, &path) < 4)
            continue;
        mapping.executable = mode[2] == 'x';
        mapping.path = line.substr(static_cast<std::size_t>(path));
        mappings.push_back(mapping);
    }
    return mappings;
}

const Mapping* mapping_at(const std::vector<Mapping>& mappings, std::uint64_t address) {
    const auto next = std::upper_bound(mappings.begin(), mappings.end(), address,
                                       [](std::uint64_t place, const Mapping& each) { return place < each.start; });
    return next == mappings.begin() || address >= std::prev(next)->end ? nullptr : &*std::prev(next);
}

}  // namespace

SampledProcess::SampledProcess(const std::vector<std::string>& command) {
    process_ = ::fork();
    if (process_ == 0) {
        std::vector<char*> argv;
        for (const std::string& word : command)
            argv.push_back(const_cast<char*>(word.c_str()));
        argv.push_back(nullptr);
        const int null = ::open("/dev/null", O_RDWR);
        ::dup2(null, STDIN_FILENO);
        ::dup2(null, STDOUT_FILENO);
        ::dup2(null, STDERR_FILENO);
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0)
            ::execvp(argv[0], argv.data());
        ::_exit(errno == ENOENT ? 127 : 126);
    }
    int status = 0;
    if (::waitpid(process_, &status, 0) != process_ || !WIFSTOPPED(status)) {
        problem_ = WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "there is no " + command[0]
                                                                   : "ptrace is not allowed here";
        process_ = -1;
        return;
    }
    thread_ = process_;
    ::ptrace(PTRACE_SETOPTIONS, process_, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL);
}

SampledProcess::~SampledProcess() {
    if (process_ < 0)
        return;
    ::kill(process_, SIGKILL);
    while (::waitpid(-1, nullptr, __WALL) > 0) {
    }
}

// Continues to the next stop of any thread that is not for a signal; signals are handed on.
bool SampledProcess::resume(int request) {
    long signal = 0;
    for (;;) {
        if (thread_ >= 0 && ::ptrace(static_cast<__ptrace_request>(request), thread_, nullptr, signal) != 0)
            return false;
        signal = 0;
        int status = 0;
        thread_ = ::waitpid(-1, &status, __WALL);
        if (thread_ < 0)
            return false;
        if (!WIFSTOPPED(status)) {
            if (thread_ == process_) {
                process_ = -1;
                return false;
            }
            thread_ = -1;  // another one goes on by itself
            continue;
        }
        const int stop = WSTOPSIG(status);
        if (stop == (SIGTRAP | 0x80)) {
            in_syscall_[thread_] = !in_syscall_[thread_];
            return true;
        }
        if (stop == SIGTRAP && status >> 16 == 0 && request == PTRACE_SINGLESTEP)
            return true;
        const bool begins = stop == SIGSTOP && in_syscall_.emplace(thread_, false).second && thread_ != process_;
        if (stop != SIGTRAP && !begins)
            signal = stop;
    }
}

bool SampledProcess::to_next_syscall() {
    do {
        if (!resume(PTRACE_SYSCALL))
            return false;
    } while (!in_syscall_[thread_]);
    return true;
}

bool SampledProcess::to_syscall(long number) {
    user_regs_struct registers{};
    do {
        if (!to_next_syscall())
            return false;
        ::ptrace(PTRACE_GETREGS, thread_, nullptr, &registers);
    } while (registers.orig_rax != static_cast<unsigned long>(number));
    return true;
}

bool SampledProcess::step(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i)
        if (!resume(PTRACE_SINGLESTEP))
            return false;
    return true;
}

std::vector<std::byte> SampledProcess::memory(std::uint64_t start, std::uint64_t end) const {
    const FileDescriptor file(::open(("/proc/" + std::to_string(thread_) + "/mem").c_str(), O_RDONLY | O_CLOEXEC));
    std::vector<std::byte> bytes(end - start);
    const ssize_t count = ::pread(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(start));
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

Sample SampledProcess::sample() {
    user_regs_struct r{};
    ::ptrace(PTRACE_GETREGS, thread_, nullptr, &r);
    Sample sample;
    sample.registers = {r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
                        r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip};
    std::string text = maps_of(thread_);
    if (text != maps_text_) {
        maps_text_ = std::move(text);
        mappings_ = std::make_shared<const std::vector<Mapping>>(parse_maps(maps_text_));
    }
    sample.mappings = mappings_;
    const Mapping* stack = mapping_at(*mappings_, r.rsp);
    if (stack == nullptr)
        return sample;
    const std::uint64_t end = std::min<std::uint64_t>(stack->end, r.rsp + max_stack_bytes);
    sample.cut = end < stack->end;
    const std::vector<std::byte> bytes = memory(r.rsp, end);
    sample.words.resize(bytes.size() / 8);
    std::copy_n(bytes.data(), sample.words.size() * 8, reinterpret_cast<std::byte*>(sample.words.data()));
    return sample;
}

ModuleId SampleEncoder::id_of(const std::string& path) {
    const auto [place, is_new] = ids_.emplace(path, modules_.size() + 1);
    if (is_new) {
        Name name{path, {}};
        const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        try {
            if (file)
                name.build_id = ElfFile(FileImage::map(file.get())).build_id();
        } catch (const Error&) {  // mapped, but no ELF file
        }
        modules_.push_back(name);
    }
    return place->second;
}

std::optional<UserPointer> SampleEncoder::pointer(const Sample& sample, std::uint64_t value) {
    const std::uint64_t start = sample.stack_pointer();
    if (value >= start && value - start <= sample.words.size() * 8)
        return UserPointer{ModuleId(), value - start};
    const Mapping* mapping = mapping_at(*sample.mappings, value);
    if (mapping == nullptr || !mapping->executable)
        return std::nullopt;
    return UserPointer{id_of(mapping->path.empty() ? "//anon" : mapping->path),
                       value - mapping->start + mapping->offset};
}

UserStack SampleEncoder::encode(const Sample& sample) {
    UserStack stack;
    stack.kind = UserStackKind::snapshot;
    if (sample.cut)
        stack.flags = user_stack_cut;
    stack.bytes = static_cast<std::uint32_t>(sample.words.size() * 8);
    for (const std::uint64_t value : sample.registers) {
        const auto place = pointer(sample, value);
        stack.registers.push_back(place ? caprec::encode(*place) : 0);
    }
    for (std::size_t i = 0; i < sample.words.size(); ++i) {
        if (const auto place = pointer(sample, sample.words[i])) {
            stack.places.push_back(static_cast<std::uint16_t>(i));
            stack.pointers.push_back(caprec::encode(*place));
        }
    }
    return stack;
}

}  // namespace caprec
