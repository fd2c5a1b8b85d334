// SPDX-License-Identifier: Apache-2.0
//
// User stacks of real programs, frame for frame against a debugger that looks at the running program.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tests/live/frames.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

// How gdb's stack relates to ours.
enum class Witness {
    whole,   // the same, and ours is whole
    beyond,  // ours is the inner part of it, and says that there is more
};

struct Row {
    const char* name;
    std::vector<std::string> command;  // the first "@x": tests/live/programs, "%x": tests/live/workloads
    const char *capability, *syscall;
    std::size_t frames;  // the least number of frames
    Witness witness = Witness::whole;
    const char* setup = "";  // a shell runs this first, in the test's folder
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

std::string places_text(const ShownStack& stack) {
    std::string text;
    for (const FramePlace& place : stack.places())
        text += testing::PrintToString(place) + '\n';
    return text;
}

// Source lines, inlined calls included, of the programs that the tests make: gdb reads the same debug information.
std::string lines_text(const ShownStack& stack) {
    std::string text;
    for (const ShownFrame& frame : stack.frames)
        if (frame.place.module.starts_with(CAPREC_BINARY_DIR "/tests/programs/"))
            text += frame.file + ":" + std::to_string(frame.line) + (frame.inlined ? " (inlined)\n" : "\n");
    return text;
}

class RealPrograms : public FramesTest, public testing::WithParamInterface<Row> {
protected:
    // The command with its full path; empty: it is not here.
    std::vector<std::string> command() const {
        std::vector<std::string> words = GetParam().command;
        std::string& first = words[0];
        if (first[0] == '@')
            first = program(first.substr(1));
        else if (first[0] == '%')
            first = CAPREC_BINARY_DIR "/tests/workloads/" + first.substr(1);
        else if (Ended found = run({{"sh", "-c", "command -v " + first}, {}, {}, {}, -1, false}); found.status == 0)
            first = found.out.substr(0, found.out.find('\n'));
        else
            first.clear();
        return first.empty() ? std::vector<std::string>() : words;
    }
    // Restores the files that the commands work on.
    void renew() const {
        fs::remove(path("node"));
        write("own", "x");
        write("theirs", "x");
        ASSERT_EQ(chown(path("theirs").c_str(), 65534, 65534), 0);
    }
};

TEST_P(RealPrograms, HaveTheFramesThatGdbSees) {
    const Row& row = GetParam();
    const std::vector<std::string> words = command();
    if (words.empty())
        GTEST_SKIP() << "not here: " << row.command[0];
    if (!has_gdb())
        GTEST_SKIP() << "no gdb";
    if (const Ended ended = run({{"sh", "-c", row.setup}, directory(), {}, {}, -1, false}); ended.status != 0)
        GTEST_SKIP() << row.setup << ": " << ended.err;
    renew();
    sound(words);
    const std::vector<ShownStack> ours = stacks(row.capability, row.syscall);
    ASSERT_FALSE(ours.empty()) << "no check of " << row.capability << " in " << row.syscall;
    renew();
    const std::vector<ShownStack> theirs = truth(words, row.syscall);
    const bool whole = row.witness == Witness::whole;
    for (const ShownStack& stack : ours) {
        const std::string places = places_text(stack);
        EXPECT_GE(stack.places().size(), row.frames) << places;
        EXPECT_EQ(stack.incomplete.empty(), whole) << stack.text();
        const auto agrees = [&](const ShownStack& other) {
            const std::string seen = places_text(other);
            return whole ? seen == places && lines_text(other) == lines_text(stack) : seen.starts_with(places);
        };
        EXPECT_TRUE(std::ranges::any_of(theirs, agrees)) << stack.text() << "gdb's last:\n"
                                                         << (theirs.empty() ? "none" : theirs.back().text());
    }
    std::cout << row.name << ": " << ours[0].places().size() << " frames\n";
}

std::vector<Row> chains() {
    std::vector<Row> rows;
    for (const char* name :
         {"chain_gcc", "chain_gcc_o0", "chain_gcc_o3", "chain_no_pie", "chain_stripped", "chain_dwarf4", "chain_static",
          "chain_static_pie", "chain_static_stripped", "chain_clang", "chain_clang_o0", "chain_gold", "chain_lld"})
        rows.push_back({name, {"@" + std::string(name)}, "CAP_SYS_NICE", "setpriority", 15});
    return rows;
}

const Row programs[] = {
    {"exceptions_call_o0", {"@exceptions_o0", "call"}, "CAP_SYS_NICE", "setpriority", 14},
    {"exceptions_call", {"@exceptions_o2", "call"}, "CAP_SYS_NICE", "setpriority", 8},
    {"exceptions_destructor_o0", {"@exceptions_o0", "destructor"}, "CAP_SYS_NICE", "setpriority", 15},
    {"exceptions_destructor", {"@exceptions_o2", "destructor"}, "CAP_SYS_NICE", "setpriority", 10},
    {"exceptions_handler_o0", {"@exceptions_o0", "handler"}, "CAP_SYS_NICE", "setpriority", 15},
    {"exceptions_handler", {"@exceptions_o2", "handler"}, "CAP_SYS_NICE", "setpriority", 8},
    {"exceptions_thread_o0", {"@exceptions_o0", "thread"}, "CAP_SYS_NICE", "setpriority", 15},
    {"exceptions_thread", {"@exceptions_o2", "thread"}, "CAP_SYS_NICE", "setpriority", 7},
    {"secret", {"%stack_shapes", "secret"}, "CAP_SYS_NICE", "setpriority", 5},
    {"large_room", {"%stack_shapes", "large"}, "CAP_SYS_NICE", "setpriority", 5},
    {"thread", {"%stack_shapes", "thread"}, "CAP_SYS_NICE", "setpriority", 5},
    {"thread_large_room", {"%stack_shapes", "thread_large"}, "CAP_SYS_NICE", "setpriority", 5},
    {"handler", {"%stack_shapes", "handler"}, "CAP_SYS_NICE", "setpriority", 8},
    {"thread_handler", {"%stack_shapes", "thread_handler"}, "CAP_SYS_NICE", "setpriority", 8},
    // Nothing says that __start_context was called by nobody: gdb goes on with what lies there.
    {"context", {"%stack_shapes", "context"}, "CAP_SYS_NICE", "setpriority", 3, Witness::beyond},
    // The interrupted code is on another stack.
    {"alternate", {"%stack_shapes", "alternate"}, "CAP_SYS_NICE", "setpriority", 4, Witness::beyond},
    // This stack is deeper than what is kept.
    {"deep", {"%stack_shapes", "deep"}, "CAP_SYS_NICE", "setpriority", 2, Witness::beyond},
    {"go", {"@chown_go", "own"}, "CAP_CHOWN", "fchownat", 10},
    {"go_routine", {"@chown_go", "own", "goroutine"}, "CAP_CHOWN", "fchownat", 10},
    {"rust", {"@chown_rust_o2", "own"}, "CAP_CHOWN", "chown", 10},
    {"rust_o0", {"@chown_rust_o0", "own"}, "CAP_CHOWN", "chown", 15},
    {"rust_panic", {"@chown_rust_o2", "own", "panic"}, "CAP_CHOWN", "chown", 10},
    {"rust_panic_o0", {"@chown_rust_o0", "own", "panic"}, "CAP_CHOWN", "chown", 15},
    {"chown", {"chown", "nobody", "own"}, "CAP_CHOWN", "fchownat", 5},
    {"chmod", {"chmod", "600", "theirs"}, "CAP_FOWNER", "fchmodat", 5},
    {"nice", {"nice", "-n", "-1", "true"}, "CAP_SYS_NICE", "setpriority", 5},
    {"mknod", {"mknod", "node", "c", "1", "3"}, "CAP_MKNOD", "mknodat", 5},
    {"chroot", {"chroot", "/", "true"}, "CAP_SYS_CHROOT", "chroot", 5},
    {"ping", {"ping", "-c", "1", "127.0.0.1"}, "CAP_NET_RAW", "socket", 5},
    {"python",
     {"/usr/bin/python3", "-c", "import os; list(map(lambda f: os.chown(f, 1, 1), ['own']))"},
     "CAP_CHOWN",
     "chown",
     15},
    {"perl", {"perl", "-e", "my @sorted = sort { chown 1, 1, 'own' } 1, 2"}, "CAP_CHOWN", "chown", 8},
    {"sshd",
     {"/usr/sbin/sshd", "-t", "-f", "/dev/null", "-h", "key"},
     "CAP_SETGID",
     "setgroups",
     5,
     Witness::whole,
     "mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f key"},
};

const auto program_name = [](const auto& row) { return std::string(row.param.name); };
INSTANTIATE_TEST_SUITE_P(Compiled, RealPrograms, testing::ValuesIn(chains()), program_name);
INSTANTIATE_TEST_SUITE_P(Running, RealPrograms, testing::ValuesIn(programs), program_name);

}  // namespace
}  // namespace caprec
