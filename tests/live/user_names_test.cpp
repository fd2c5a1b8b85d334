// SPDX-License-Identifier: Apache-2.0
//
// Names, source lines and inlined calls of user stacks, against the sources of the programs.
#include <algorithm>
#include <fstream>
#include <iostream>

#include "tests/live/frames.h"

namespace caprec {
namespace {

// A frame as in the source: the line is the one that ends with "// in MARK".
struct Written {
    const char *file, *mark;
    bool inlined = false;
};

std::uint64_t line_of(const Written& written) {
    std::ifstream source(std::string(CAPREC_SOURCE_DIR "/tests/live/programs/") + written.file);
    const std::string end = std::string("// in ") + written.mark;
    std::uint64_t number = 0;
    for (std::string line; std::getline(source, line);) {
        ++number;
        if (line.ends_with(end))
            return number;
    }
    ADD_FAILURE() << written.file << " has no line " << end;
    return 0;
}

std::string text(const std::string& function, const std::string& file, std::uint64_t line, bool inlined) {
    return function + " " + file + ":" + std::to_string(line) + (inlined ? " (inlined)" : "") + "\n";
}

class UserNames : public FramesTest {
protected:
    ShownStack stack_of(const std::vector<std::string>& command) {
        sound(command);
        return stack("CAP_SYS_NICE", "setpriority");
    }
    // The frames with lines of these sources.
    static std::string shown(const ShownStack& stack, const std::vector<std::string>& files) {
        std::string all;
        for (const ShownFrame& frame : stack.frames)
            if (std::ranges::find(files, frame.file) != files.end())
                all += text(frame.function, frame.file, frame.line, frame.inlined);
        return all;
    }
    static std::size_t index_of(const ShownStack& stack, const std::string& function) {
        const auto found = std::ranges::find(stack.frames, function, &ShownFrame::function);
        return static_cast<std::size_t>(found - stack.frames.begin());
    }
};

constexpr Written chain[] = {
    {"chain.c", "ask"},
    {"chain.c", "ask_and_leave"},
    {"chain.c", "call_of_no_return"},
    {"chain.c", "inlined_inner", true},
    {"chain.c", "inlined_outer", true},
    {"chain.c", "before_leaving"},
    {"chain_library.c", "room_inner"},
    {"chain_library.c", "room_outer", true},
    {"chain_library.c", "library_room"},
    {"chain.c", "to_room"},
    {"chain_library.c", "compare"},
    {"chain_library.c", "library_sort"},
    {"chain.c", "to_sort"},
    {"chain_library.c", "open_inner"},
    {"chain_library.c", "library_open"},
    {"chain.c", "to_open"},
    {"chain.c", "main"},
};

class Chain : public UserNames, public testing::WithParamInterface<const char*> {};

TEST_P(Chain, IsAsItIsWritten) {
    const std::string made = program(GetParam());
    if (made.empty())
        GTEST_SKIP() << "no tools to make it";
    const ShownStack found = stack_of({made});
    std::string expected;
    for (const Written& written : chain)
        expected += text(written.mark, written.file, line_of(written), written.inlined);
    EXPECT_EQ(shown(found, {"chain.c", "chain_library.c"}), expected) << found.text();
    EXPECT_EQ(found.incomplete, "");
    EXPECT_EQ(found.frames.back().function, "_start");
}

INSTANTIATE_TEST_SUITE_P(Compiled, Chain,
                         testing::Values("chain_gcc", "chain_gcc_o0", "chain_gcc_o3", "chain_no_pie", "chain_dwarf4",
                                         "chain_static", "chain_static_pie", "chain_clang", "chain_clang_o0",
                                         "chain_gold", "chain_lld"),
                         [](const auto& row) { return std::string(row.param); });

// A stripped file still names the functions that others may call; no other function gets the name of a neighbour.
TEST_F(UserNames, OfStrippedFilesAreThoseThatTheyExport) {
    const ShownStack found = stack_of({program("chain_stripped")});
    const std::set<std::string> exported = {"library_open", "library_sort", "library_room"};
    std::set<std::string> seen;
    for (const ShownFrame& frame : found.frames)
        if (frame.place.module.ends_with("/chain_stripped"))
            EXPECT_EQ(frame.function, "") << found.text();
        else if (frame.place.module.ends_with("/libchain_stripped.so") && !frame.function.empty())
            seen.insert(frame.function);
    EXPECT_EQ(seen, exported) << found.text();
}

// gdb loses its way in node's built-in code: it is only known which functions must be there, and that the stack is
// whole.  A node without a symbol table, as Debian's, names the functions that it exports.
TEST_F(UserNames, OfNodeLeadThroughItsScript) {
    if (run({{"sh", "-c", "command -v node"}, {}, {}, {}, -1, false}).status != 0)
        GTEST_SKIP() << "no node";
    write("own", "x");
    sound({"node", "-e", "[1].map(() => require('fs').chownSync('own', 1, 1))"});
    const ShownStack found = stack("CAP_CHOWN", "chown");
    ASSERT_EQ(found.incomplete, "") << found.text();
    EXPECT_GE(found.places().size(), 20u);
    EXPECT_EQ(found.frames.back().function, "_start");
    const std::string all = found.text();
    const std::string has_symbols = "readelf -S \"$(readlink -f \"$(command -v node)\")\" | grep -q '\\.symtab'";
    std::vector<std::string> names = {"uv_fs_chown", "node::Start("};
    if (run({{"sh", "-c", has_symbols}, {}, {}, {}, -1, false}).status == 0)
        names = {"node::fs::Chown(", "Builtins_JSEntry", "node::Start("};
    for (const std::string& name : names)
        EXPECT_NE(all.find(name), std::string::npos) << name << " in\n" << all;
}

TEST_F(UserNames, OfTemplatesAreAsPeopleWriteThem) {
    const ShownStack found = stack_of({program("exceptions_o0"), "call"});
    const std::string all = found.text();
    for (const char* name : {"shop::ask(int)", "std::function<int (", "shop::Shelf<std::", "shop::run("})
        EXPECT_NE(all.find(name), std::string::npos) << name << " in\n" << all;
    EXPECT_EQ(all.find("_Z"), std::string::npos) << all;
}

// By then the runtime's frames are gone: the destructor is called by the function that the exception leaves.
TEST_F(UserNames, OfADestructorThatAnExceptionCalls) {
    for (const char* made : {"exceptions_o0", "exceptions_o2", "exceptions_clang"}) {
        if (program(made).empty())
            continue;
        const ShownStack found = stack_of({program(made), "destructor"});
        const std::size_t ask = index_of(found, "shop::ask(int)"), destructor = index_of(found, "shop::Asks::~Asks()"),
                          resume = index_of(found, "_Unwind_RaiseException");
        EXPECT_LT(ask, destructor) << found.text();
        EXPECT_LT(destructor, found.frames.size()) << found.text();
        EXPECT_EQ(resume, found.frames.size()) << found.text();
        EXPECT_NE(found.text().find("shop::thrower("), std::string::npos) << found.text();
        EXPECT_NE(found.text().find("shop::catcher("), std::string::npos) << found.text();
    }
}

// glibc's clone has no code that called it, in a child that shares its parent's memory as in a thread.
TEST_F(UserNames, OfASpawnedChildEndWhereItBegan) {
    sound({CAPREC_BINARY_DIR "/tests/workloads/stack_shapes", "spawn"});
    const ShownStack found = stack("CAP_SYS_NICE", "sched_setscheduler");
    EXPECT_EQ(found.incomplete, "") << found.text();
    EXPECT_GE(found.places().size(), 3u) << found.text();
    EXPECT_EQ(found.text().find("main"), std::string::npos) << found.text();
}

// The frames without the inlined ones.
std::vector<std::string> functions_of(const ShownStack& stack) {
    std::vector<std::string> functions;
    for (const ShownFrame& frame : stack.frames)
        if (!frame.inlined)
            functions.push_back(frame.function);
    return functions;
}

TEST_F(UserNames, OfGoAreThoseOfItsPackages) {
    if (program("chown_go").empty())
        GTEST_SKIP() << "no Go here";
    write("own", "x");
    std::string notes;
    sound({program("chown_go"), "own"});
    const ShownStack found = stack("CAP_CHOWN", "fchownat", {}, &notes);
    for (const char* name : {"os.Chown", "main.give", "main.(*shelf).each", "main.main", "runtime.main"})
        EXPECT_LT(index_of(found, name), found.frames.size()) << name << " in\n" << found.text();
    EXPECT_EQ(found.frames.back().function, "runtime.goexit");
    // Go gives its files no build id that the kernel knows: nobody can tell whether it is still the same file.
    EXPECT_NE(notes.find("the trace has no build id of it"), std::string::npos) << notes;

    // Stripped, it has the table of Go's run time: the same frames, without the names of inlined functions.
    write("own", "x");
    sound({program("chown_go_stripped"), "own"});
    const ShownStack stripped = stack("CAP_CHOWN", "fchownat");
    EXPECT_EQ(stripped.incomplete, "") << stripped.text();
    std::vector<FramePlace> expected = found.places();
    for (FramePlace& place : expected)
        place.module = program("chown_go_stripped");
    EXPECT_EQ(stripped.places(), expected) << stripped.text();
    EXPECT_EQ(functions_of(stripped), functions_of(found));
    EXPECT_NE(stripped.text().find("chown.go"), std::string::npos) << stripped.text();
}

TEST_F(UserNames, OfRustAreThoseOfItsPaths) {
    if (program("chown_rust_o0").empty())
        GTEST_SKIP() << "no Rust here";
    for (const std::string made : {"chown_rust_o0", "chown_rust_o2"}) {
        write("own", "x");
        sound({program(made), "own"});
        const ShownStack found = stack("CAP_CHOWN", "chown");
        EXPECT_EQ(found.incomplete, "") << found.text();
        const std::string all = found.text();
        for (const char* name : {" std::os::unix::fs::chown", " chown::give ", " chown::each", " chown::main "})
            EXPECT_NE(all.find(name), std::string::npos) << name << " in\n" << all;
    }
}

// The checks that are not walked, which are most of them, show the stack that all walked ones of their key have:
// remains of other calls on the stack make no difference.
TEST_F(UserNames, OfALoopAreThereEachTime) {
    if (run({{"sh", "-c", "command -v python3"}, {}, {}, {}, -1, false}).status != 0)
        GTEST_SKIP() << "no python3";
    sound({"python3", "-S", "-c",
           "import os, re, json\n"
           "for i in range(2000):\n"
           "    [lambda: re.compile('a%d' % i), lambda: json.dumps([i]), lambda: os.stat('/')][i % 3]()\n"
           "    os.chroot('/')\n"});
    const std::vector<ShownStack> found = stacks("CAP_SYS_CHROOT", "chroot");
    EXPECT_LE(found.size(), 3u);  // python specializes code that it runs often
    for (const ShownStack& each : found) {
        EXPECT_EQ(each.incomplete, "");
        EXPECT_GT(each.frames.size(), 5u);
    }
}

}  // namespace
}  // namespace caprec
