// SPDX-License-Identifier: Apache-2.0
//
// User stacks of programs whose files are elsewhere, changed or gone when the trace is read, and the places where the
// files are then looked for.
#include <filesystem>
#include <sstream>

#include "tests/live/files.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

using Files = FilesTest;

TEST_F(Files, ThatAreGoneAreNamed) {
    sound({copied_chain()});
    const ShownStack whole = chain_stack();
    EXPECT_EQ(whole.incomplete, "");
    EXPECT_EQ(notes, "");
    const std::string id = build_id(path(program_name));
    keep("kept", path(program_name));
    fs::remove(path(program_name));

    const ShownStack part = chain_stack();
    expect_prefix(part, whole);
    EXPECT_EQ(part.incomplete, "the file of the last frame was not found, or not used");
    EXPECT_NE(notes.find(std::string(program_name) + ": not found (build id " + id.substr(0, 16)), std::string::npos)
        << notes;

    EXPECT_EQ(chain_stack({"--debug-dir", "kept"}).text(), whole.text());
    EXPECT_EQ(notes, "");
}

// This is a system that has none of the files, and the program is gone.
TEST_F(Files, APackedTraceNeedsNone) {
    sound({copied_chain()});
    const ShownStack whole = chain_stack();
    const Ended packed = capanalyze({"pack", "run.cap", "-o", "packed.cap"});
    ASSERT_EQ(packed.status, 0) << packed.err;
    fs::remove(path(program_name));
    fs::remove(path(library_name));
    fs::create_directory(path("elsewhere"));
    EXPECT_NE(chain_stack({"--sysroot", "elsewhere"}).incomplete, "");

    fs::rename(path("packed.cap"), trace_path());
    const ShownStack again = chain_stack({"--sysroot", "elsewhere"});
    EXPECT_EQ(again.text(), whole.text());
    EXPECT_EQ(again.incomplete, "");
    EXPECT_EQ(notes, "");
    EXPECT_EQ(capanalyze({"--json", "run.cap"}).status, 0);
}

// The kernel sends SIGBUS when a mapped file has become shorter.
TEST_F(Files, ThatBecomeShorterAreToldOf) {
    const Ended ended = run({{"sh", "-c",
                              // once it catches SIGBUS
                              "mkfifo in; exec 3<>in; " CAPREC_BINARY_DIR "/analyzer/capanalyze - <&3 & "
                              "until grep -q '^SigCgt:.*[4-7c-f].$' /proc/$!/status; do sleep 0.01; done; "
                              "kill -BUS $!; wait $!"},
                             directory(),
                             {},
                             {},
                             -1,
                             false});
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.err, "capanalyze: a program or library became shorter while it was read: run it again\n");
}

TEST_F(Files, ThatWereReplacedAreRefused) {
    const std::string chain = copied_chain();
    sound({chain});
    const ShownStack whole = chain_stack();
    const std::string old_id = build_id(chain), new_id = build_id(program("chain_gcc_o3"));
    keep("kept", chain);
    replace(program_name, program("chain_gcc_o3"));

    const ShownStack part = chain_stack();
    expect_prefix(part, whole);
    for (const ShownFrame& frame : part.frames)
        if (frame.place.module == chain)
            EXPECT_EQ(frame.function, "") << part.text();
    EXPECT_NE(notes.find(std::string(program_name) + ": has build id " + new_id.substr(0, 16) + "..., the trace has " +
                         old_id.substr(0, 16) + "...: not used"),
              std::string::npos)
        << notes;
    EXPECT_EQ(chain_stack({"--debug-dir", "kept"}).text(), whole.text());
}

// The inner frames are those of the program, the next ones those of the library that is another one now.
TEST_F(Files, OfALibraryThatWasUpgraded) {
    sound({copied_chain()});
    const ShownStack whole = chain_stack();
    keep("kept", path(library_name));
    replace(library_name, program("libchain_gcc_o3.so"));

    const ShownStack part = chain_stack();
    expect_prefix(part, whole);
    ASSERT_FALSE(part.frames.empty());
    EXPECT_TRUE(part.frames.back().place.module.ends_with(library_name)) << part.text();
    EXPECT_NE(notes.find(std::string(library_name) + ": has build id"), std::string::npos) << notes;
    EXPECT_EQ(chain_stack({"--debug-dir", "kept"}).text(), whole.text());
}

// The program is deleted while it runs; the trace knows its name from before.
TEST_F(Files, OfAProgramThatDeletesItself) {
    const std::string chain = copied_chain();
    keep("kept", chain);
    sound({"sh", "-c", "exec 3<" + chain + "; rm " + chain + "; exec /proc/self/fd/3"});
    const ShownStack part = chain_stack();
    EXPECT_NE(part.incomplete, "");
    EXPECT_NE(notes.find(program_name), std::string::npos) << notes;
    const ShownStack whole = chain_stack({"--debug-dir", "kept"});
    EXPECT_EQ(whole.incomplete, "") << whole.text() << notes;
    EXPECT_EQ(whole.frames.back().function, "_start");
}

TEST_F(Files, OfAProgramThatNeverHadAName) {
    const std::string chain = program("chain_static");
    sound({workload("memory_exec"), chain});
    const ShownStack part = chain_stack();
    ASSERT_FALSE(part.frames.empty());
    EXPECT_EQ(part.frames[0].place.module, "/memfd:nameless (deleted)");
    EXPECT_NE(part.incomplete, "");
    EXPECT_NE(notes.find("/memfd:nameless (deleted): not found"), std::string::npos) << notes;

    keep("kept", chain);
    const ShownStack whole = chain_stack({"--debug-dir", "kept"});
    EXPECT_EQ(whole.incomplete, "") << whole.text();
    EXPECT_EQ(whole.frames.back().function, "_start");
    EXPECT_NE(whole.text().find("to_open"), std::string::npos) << whole.text();
}

// Paths are as the process saw them.
TEST_F(Files, BelowAnotherRoot) {
    const Ended needs = run({{"ldd", program(program_name)}, {}, {"LC_ALL=C"}, {}, -1, false});
    fs::create_directories(path("root/bin"));
    fs::create_directories(path("root/lib"));
    fs::copy_file(program(program_name), path("root/bin/") + program_name);
    fs::copy_file(program(library_name), path("root/lib/") + library_name);  // not beside it: $ORIGIN needs /proc
    std::istringstream words(needs.out);
    for (std::string word; words >> word;) {
        if (word.starts_with("/") && word.find("libchain") == std::string::npos) {
            fs::create_directories(path("root" + fs::path(word).parent_path().string()));
            fs::copy_file(word, path("root" + word));
        }
    }
    sound({"chroot", path("root"), "/bin/chain_gcc"});

    const ShownStack part = chain_stack();
    EXPECT_EQ(part.frames.at(1).place.module, "/bin/chain_gcc") << part.text();
    EXPECT_NE(part.incomplete, "");
    EXPECT_NE(notes.find("/bin/chain_gcc: not found"), std::string::npos) << notes;
    const ShownStack whole = chain_stack({"--sysroot", "root"});
    EXPECT_EQ(whole.incomplete, "") << whole.text();
    EXPECT_NE(whole.text().find("to_open chain.c:"), std::string::npos) << whole.text();
    EXPECT_EQ(notes, "");
}

// The recorded paths do not lead out of the sysroot, whatever links are there.
TEST_F(Files, BelowASysrootStayThere) {
    sound({copied_chain()});
    const ShownStack whole = chain_stack();
    fs::create_directories(path("root") + fs::path(directory()).parent_path().string());
    fs::create_directory_symlink("../../../../../../.." + directory(), path("root") + directory());
    const std::string libc = whole.frames.at(0).place.module;
    fs::create_directories(path("root") + fs::path(libc).parent_path().string());
    fs::copy_file(libc, path("root") + libc);
    const ShownStack part = chain_stack({"--sysroot", "root"});
    EXPECT_NE(part.incomplete, "");
    EXPECT_NE(notes.find(std::string(program_name) + ": not found"), std::string::npos) << notes;
    expect_prefix(part, whole);
}

TEST_F(Files, WithDebugInformationElsewhere) {
    const std::string chain = copied_chain();
    const std::string id = build_id(chain);
    sound({chain});
    const ShownStack whole = chain_stack();
    split_debug(chain, by_build_id("debug", id, ".debug"));

    const ShownStack stripped = chain_stack();
    EXPECT_EQ(stripped.places(), whole.places());
    EXPECT_EQ(stripped.text().find("chain.c:"), std::string::npos) << stripped.text();
    EXPECT_EQ(chain_stack({"--debug-dir", "debug"}).text(), whole.text());
    EXPECT_EQ(notes, "");

    // Another file under that name is not taken.
    fs::copy_file(program("chain_gcc_o3"), by_build_id("debug", id, ".debug"), fs::copy_options::overwrite_existing);
    EXPECT_EQ(chain_stack({"--debug-dir", "debug"}).text(), stripped.text());
}

TEST_F(Files, WithDebugInformationInTheSysroot) {
    const std::string chain = copied_chain();
    const std::string id = build_id(chain);
    sound({chain});
    const ShownStack whole = chain_stack();
    split_debug(chain, by_build_id("usr/lib/debug", id, ".debug"));
    fs::create_directories(path("root") + directory());
    for (const char* name : {program_name, library_name})
        fs::rename(path(name), path("root") + path(name));
    fs::rename(path("usr"), path("root/usr"));
    for (const ShownFrame& frame : whole.frames) {
        const std::string there = path("root") + frame.place.module;
        fs::create_directories(fs::path(there).parent_path());
        if (!fs::exists(there))
            fs::copy_file(frame.place.module, there);
    }
    const ShownStack again = chain_stack({"--sysroot", "root"});
    EXPECT_EQ(again.incomplete, "") << again.text();
    EXPECT_NE(again.text().find("to_open chain.c:"), std::string::npos) << again.text();
}

// All outputs that show stacks look in the same places.
TEST_F(Files, AreLookedForByEveryCommand) {
    sound({copied_chain()});
    keep("kept", path(program_name));
    fs::remove(path(program_name));
    for (const std::vector<std::string>& command : {std::vector<std::string>{"why", "run.cap", "sys_nice"},
                                                    {"stacks", "run.cap"},
                                                    {"events", "-U", "run.cap"},
                                                    {"report", "-v", "run.cap"},
                                                    {"export", "--format", "folded", "run.cap"}}) {
        const Ended without = capanalyze(command);
        EXPECT_EQ(without.status, 0) << without.err;
        EXPECT_EQ(without.out.find("to_open"), std::string::npos) << command[0] << without.out;
        EXPECT_NE((without.out + without.err).find("not found"), std::string::npos) << command[0];
        std::vector<std::string> arguments = command;
        arguments.insert(arguments.end(), {"--debug-dir", "kept"});
        const Ended with = capanalyze(arguments);
        EXPECT_EQ(with.status, 0) << with.err;
        EXPECT_NE(with.out.find("to_open"), std::string::npos) << command[0] << with.out << with.err;
    }
}

}  // namespace
}  // namespace caprec
