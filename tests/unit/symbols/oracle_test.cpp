// SPDX-License-Identifier: Apache-2.0
//
// The same samples through elfutils' unwinder and through ours, after scrubbing: the chains must be the same.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <algorithm>
#include <memory>
#include <ostream>

#include "analyzer/symbols/elf/file_finder.h"
#include "analyzer/symbols/unwind/unwinder.h"
#include "tests/unit/symbols/dwfl_oracle.h"
#include "tests/unit/symbols/program_files.h"
#include "tests/unit/symbols/register_numbers.h"
#include "tests/unit/symbols/sampled_process.h"

#if defined(__x86_64__)

namespace caprec {
namespace {

struct SampledProgram {
    const char* name;
    std::vector<std::string> command;
    std::uint64_t instructions;  // between two samples, from the first getppid on; 0: at each system call
    std::size_t least, most;     // numbers of samples: how many it must give, how many are enough
};
std::ostream& operator<<(std::ostream& out, const SampledProgram& program) { return out << program.name; }

class Oracle : public testing::TestWithParam<SampledProgram> {
protected:
    CfiTable* table(ModuleId id) {
        std::unique_ptr<CfiTable>& table = tables_[id];
        if (table != nullptr)
            return table.get();
        const FoundFile& file = finder_.find(encoder_.module(id).path, encoder_.module(id).build_id);
        if (file.code != nullptr)
            table = std::make_unique<CfiTable>(*file.code, file.debug.get());
        return table.get();
    }

    std::vector<CodePlace> expected(const Sample& sample, bool& outside) {
        const DwflOracle::Chain chain = oracle_.unwind(sample);
        outside = chain.outside;
        std::vector<CodePlace> places;
        for (const std::uint64_t pc : chain.pcs) {
            const auto place = encoder_.pointer(sample, pc);
            if (!place || place->module == ModuleId())
                break;  // elfutils shows where the last step led to, code or not
            places.push_back({place->module, place->offset});
        }
        return places;
    }

    void compare(const Sample& sample) {
        bool outside = false;
        std::vector<CodePlace> theirs = expected(sample, outside);
        UnwoundStack ours;
        unwinder_.unwind(encoder_.encode(sample), ours);
        if (theirs.size() == 1 && ours.frames.size() > 1) {
            // Nothing describes a syscall instruction: ours uses the row just before it.
            Sample before = sample;
            before.registers[16] -= 3;
            theirs = expected(before, outside);
            theirs.at(0).offset += 3;
            ++gaps_;
        }
        if (theirs.size() > 1 && theirs.size() < ours.frames.size() && frame_hangs_on_rbx(theirs.back())) {
            // elfutils 0.188 says that calls keep register 0, %rax, where it means %rbx, number 3: it loses the frame.
            ours.frames.resize(theirs.size());
            ++kept_rbx_;
        }
        ASSERT_EQ(text(ours.frames), text(theirs)) << "sample " << samples_ << ", end " << int(ours.end);
        if (ours.end == UnwindEnd::outside)
            EXPECT_TRUE(outside) << text(theirs);
        whole_ += ours.end == UnwindEnd::thread_start ? 1 : 0;
        ++samples_;
        deepest_ = std::max(deepest_, ours.frames.size());
    }

    bool frame_hangs_on_rbx(const CodePlace& place) {
        CfiRow row;
        return table(place.module)->find(place.offset - 1, 17, row) == CfiTable::Found::row && row.cfa_register == rbx;
    }

    std::string text(const std::vector<CodePlace>& frames) const {
        std::string text;
        for (const CodePlace& frame : frames)
            text += encoder_.module(frame.module).path + "+" + std::to_string(frame.offset) + "\n";
        return text;
    }

    SampleEncoder encoder_;
    DwflOracle oracle_;
    FileFinder finder_{FileSearch{}};
    std::map<ModuleId, std::unique_ptr<CfiTable>> tables_;
    Unwinder unwinder_{[this](ModuleId id) { return table(id); }};
    std::size_t samples_ = 0, whole_ = 0, gaps_ = 0, kept_rbx_ = 0, deepest_ = 0;
};

TEST_P(Oracle, SameChains) {
    const SampledProgram& program = GetParam();
    SampledProcess process(program.command);
    if (!process.problem().empty())
        GTEST_SKIP() << process.problem();
    if (program.instructions != 0 && !process.to_syscall(SYS_getppid))
        FAIL() << "it does not ask for its parent";
    while (samples_ < program.most && !HasFatalFailure() &&
           (program.instructions == 0 ? process.to_next_syscall() : process.step(program.instructions)))
        compare(process.sample());
    RecordProperty("samples", static_cast<int>(samples_));
    RecordProperty("whole", static_cast<int>(whole_));
    RecordProperty("in_gaps", static_cast<int>(gaps_));
    RecordProperty("kept_rbx", static_cast<int>(kept_rbx_));
    RecordProperty("deepest", static_cast<int>(deepest_));
    EXPECT_GE(samples_, program.least);
    EXPECT_GE(whole_, program.least * 9 / 10);
}

const SampledProgram sampled_programs[] = {
    {"shared", {program_folder + "deep_calls"}, 5, 500, 2000},
    {"stripped", {program_folder + "deep_calls_stripped"}, 0, 10, 2000},
    {"static_program", {program_folder + "deep_calls_static"}, 5, 500, 2000},
    {"clang", {program_folder + "deep_calls_clang"}, 5, 500, 2000},
    {"debug_frame", {program_folder + "deep_calls_debug_frame"}, 5, 500, 2000},
    {"debug_frame_zlib", {program_folder + "deep_calls_debug_frame_zlib"}, 0, 10, 2000},
    {"debug_frame_gnu", {program_folder + "deep_calls_debug_frame_gnu"}, 0, 10, 2000},
    {"exceptions", {program_folder + "templates"}, 47, 500, 2000},
    {"handlers", {program_folder + "signals"}, 0, 20, 4000},
    {"handlers_own_stack", {program_folder + "signals", "own"}, 0, 20, 4000},
    {"python", {"python3", "-c", "import os, json, re; [os.stat('/') for i in range(9)]"}, 0, 500, 4000},
    {"python_steps", {"python3", "-S", "-c", "import os; os.getppid(); [str(i) for i in range(99)]"}, 97, 500, 1000},
    {"perl", {"perl", "-e", "print sort { mkdir('/'); $a <=> $b } 3, 1, 2"}, 0, 20, 4000},
    {"ls", {"ls", "-l", "/usr"}, 0, 50, 4000},
    {"node", {"node", "-e", "require('fs').statSync('/')"}, 0, 100, 4000},
    {"rust", {"rustc", "--version"}, 0, 50, 4000},
};

INSTANTIATE_TEST_SUITE_P(Programs, Oracle, testing::ValuesIn(sampled_programs),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace caprec

#endif
