// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/trace_tables.h"

namespace caprec {

struct Mapping {
    std::uint64_t start = 0, end = 0, offset = 0;
    bool executable = false;
    std::string path;
};

// A thread's user state at one moment, as it was: x86-64's registers in DWARF's order and the words of its stack.
struct Sample {
    std::array<std::uint64_t, 17> registers{};
    std::vector<std::uint64_t> words;  // from the stack pointer up
    bool cut = false;                  // there is more stack than `words`
    std::shared_ptr<const std::vector<Mapping>> mappings;

    std::uint64_t stack_pointer() const { return registers[7]; }
};

// A program that runs under ptrace, to take samples of it.
class SampledProcess {
public:
    static constexpr std::size_t max_stack_bytes = 32 << 10;

    explicit SampledProcess(const std::vector<std::string>& command);  // stopped right after its execve
    ~SampledProcess();
    SampledProcess(const SampledProcess&) = delete;
    SampledProcess& operator=(const SampledProcess&) = delete;

    // Why there is no process to sample: ptrace is not allowed here, or there is no such program.  Empty: there is.
    const std::string& problem() const { return problem_; }

    bool to_next_syscall();          // any thread's, at its entry; false: the program has ended
    bool to_syscall(long number);    // the next one of that number
    bool step(std::uint64_t count);  // so many instructions of the stopped thread; false: it has ended

    Sample sample();
    std::vector<std::byte> memory(std::uint64_t start, std::uint64_t end) const;

private:
    bool resume(int request);

    int process_ = -1, thread_ = -1;  // the thread that is stopped
    std::string problem_, maps_text_;
    std::map<int, bool> in_syscall_;
    std::shared_ptr<const std::vector<Mapping>> mappings_;
};

// Turns samples into what a recorder writes: pointers relative to modules and to the stack, and nothing else.
class SampleEncoder {
public:
    struct Name {
        std::string path, build_id;
        friend auto operator<=>(const Name&, const Name&) = default;
    };

    UserStack encode(const Sample& sample);
    const Name& module(ModuleId id) const { return modules_[id.value() - 1]; }
    std::optional<UserPointer> pointer(const Sample& sample, std::uint64_t value);
    std::size_t modules() const { return modules_.size(); }

private:
    ModuleId id_of(const std::string& path);

    std::vector<Name> modules_;
    std::map<std::string, ModuleId> ids_;
};

}  // namespace caprec
