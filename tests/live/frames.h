// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "tests/live/analyzed.h"

namespace caprec {

// The place of a frame's code: an offset in bytes in the file of a module.
struct FramePlace {
    std::string module;
    std::uint64_t offset = 0;
    friend auto operator<=>(const FramePlace&, const FramePlace&) = default;
    friend std::ostream& operator<<(std::ostream& out, const FramePlace& place);
};

struct ShownFrame {
    FramePlace place;
    std::string function, file;  // the file's base name; empty: not known
    std::uint64_t line = 0;
    bool inlined = false;
};

struct ShownStack {
    std::vector<ShownFrame> frames;  // innermost first
    std::string incomplete;          // empty: whole

    std::vector<FramePlace> places() const;  // places of the frames that exist: without inlined ones
    std::string text() const;
};

// A test of the user stacks that capanalyze shows.
class FramesTest : public AnalyzedTest {
protected:
    // A program of tests/live/programs; empty: the tools to make it were not there.
    static std::string program(const std::string& name);

    // The stacks of the checks of that capability in that system call, without equal ones.  An error of capanalyze is a
    // failure; its notes on standard error go to `notes`.
    std::vector<ShownStack> stacks(const std::string& capability, const std::string& syscall,
                                   const std::vector<std::string>& options = {}, std::string* notes = nullptr) const;
    // The only such stack; it is a failure when there are none or several.
    ShownStack stack(const std::string& capability, const std::string& syscall,
                     const std::vector<std::string>& options = {}, std::string* notes = nullptr) const;

    static bool has_gdb();
    // The frames as gdb sees them, at each call of that name in a run of its own.
    std::vector<ShownStack> truth(const std::vector<std::string>& command, const std::string& syscall) const;
};

}  // namespace caprec
