// SPDX-License-Identifier: Apache-2.0
//
// The command's doings to its own recording are told, wherever there is an answer.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

class Endings : public AnalyzedTest {
protected:
    // Tests every command that gives an answer from one trace, and whether it prints one for an incomplete trace.
    void expect_incomplete(const std::string& trace) const {
        for (const std::string command : {"report", "tree", "events", "info"}) {
            if (command == "events" && trace != "run.cap")
                continue;  // a sum has no single events
            const Ended ended = capanalyze({command, trace});
            EXPECT_EQ(ended.status, 0) << command << ": " << ended.err;
            EXPECT_NE((ended.err + ended.out).find("INCOMPLETE"), std::string::npos) << command << ": " << ended.out;
        }
        write("policy", "allow * CAP_CHOWN\n");
        for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
                 {"minimal", trace}, {"check", trace, "--policy", "policy"}, {"diff", trace, trace}}) {
            const Ended ended = capanalyze(command);
            EXPECT_EQ(ended.status, 2) << command[0] << ": " << ended.out << ended.err;
        }
        EXPECT_EQ(json({"--json", trace}).at("trace").at("complete"), false);
        EXPECT_EQ(json({"minimal", "--json", "--allow-incomplete", trace}).at("trace").at("complete"), false);
    }
};

class EndedByItsCommand : public Endings, public ::testing::WithParamInterface<const char*> {};

// The second request ends the recording: the command sees by its own trap that the first was taken.
TEST_P(EndedByItsCommand, IsIncompleteEverywhere) {
    write("f", "");
    const std::string signal = GetParam();
    const std::string text = "trap 'touch taken' " + signal + "\nkill -" + signal +
                             " $PPID\nwhile [ ! -e taken ]; do sleep 0.01; done\ntrap '' " + signal + "\nkill -" +
                             signal +
                             " $PPID\nwhile kill -0 $PPID 2>/dev/null && [ ! -e over ]; do sleep 0.01; done\n"
                             "chown 65534 f\n";
    write("run.sh", text);
    const Recorded recorded = record({"sh", "run.sh"});
    EXPECT_GT(recorded.ended.status, 128);
    EXPECT_NE(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << recorded.ended.err;
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->reason, EndReason::interrupted);
    expect_incomplete("run.cap");
    EXPECT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0);
    expect_incomplete("sum.cap");
}

INSTANTIATE_TEST_SUITE_P(By, EndedByItsCommand, ::testing::Values("INT", "TERM", "HUP", "QUIT"));

// A descendant that is waited for can end the recording as well.
TEST_F(Endings, OneThatADescendantEndedIsIncomplete) {
    const Recorded recorded = record(
        {"sh", "-c", "p=$PPID; (while kill -0 $$ 2>/dev/null; do sleep 0.01; done; kill -INT $p; sleep 1000) & :"},
        {"--wait", "-q"});
    EXPECT_NE(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << "also with -q: " << recorded.ended.err;
    expect_incomplete("run.cap");
}

// Whatever the command sends: a signal that the recorder dies of leaves a cut trace,
TEST_F(Endings, AKilledRecorderLeavesACutTrace) {
    for (const std::string signal : {"KILL", "SEGV", "ABRT", "ALRM", "TRAP"}) {
        const Recorded recorded =
            record({"sh", "-c", "kill -" + signal + " $PPID; while kill -0 $PPID 2>/dev/null; do sleep 0.01; done"});
        EXPECT_GT(recorded.ended.signal, 0) << signal;
        EXPECT_EQ(recorded.trace.status, ReadStatus::cut) << signal;
        expect_incomplete("run.cap");
        EXPECT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0) << signal;
        expect_incomplete("sum.cap");
    }
}

// ... and one that it does not die of ends nothing.
TEST_F(Endings, OtherSignalsAndStopsEndNothing) {
    for (const std::string deed :
         {"trap '' USR1 USR2; kill -USR1 $PPID; kill -USR2 $PPID", "kill -PIPE $PPID", "kill -XFSZ $PPID",
          "kill -CHLD $PPID", "kill -CONT $PPID", "kill -STOP $PPID; sleep 0.1; kill -CONT $PPID",
          "trap '' INT; kill -INT $PPID", "prlimit --pid $PPID --nofile=3"}) {
        write("f", "");
        const Recorded recorded = record({"sh", "-c", deed + "; sleep 0.1; chown 65534 f"});
        EXPECT_EQ(recorded.ended.status, 0) << deed << ": " << recorded.ended.err;
        EXPECT_EQ(faults_of(recorded.trace), "") << deed;
        EXPECT_EQ(recorded.trace.checks_of("CAP_CHOWN").size(), 1u) << deed;
        EXPECT_EQ(recorded.ended.err.find("INCOMPLETE"), std::string::npos) << deed << ": " << recorded.ended.err;
    }
}

// Every answer has a remark on processes that nobody waits for; they do not make it incomplete.
TEST_F(Endings, SurvivorsAreNamedInEveryFormat) {
    write("x", "");
    const Recorded recorded = record({"sh", "-c", "(sleep 1000; chown 65534 x)& exit 0"});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_EQ(json({"--json", "run.cap"}).at("trace").at("complete"), true);
    EXPECT_EQ(capanalyze({"merge", "-o", "sum.cap", "run.cap"}).status, 0);
    for (const std::string trace : {"run.cap", "sum.cap"}) {
        for (const std::string format : {"setcap", "policy", "systemd", "docker", "podman", "compose", "kubernetes",
                                         "oci", "capsh", "setpriv", "bwrap", "apparmor", "libcap-ng"})
            for (const std::string per : {"", "image", "phase"}) {
                std::vector<std::string> words = {"minimal", "--format", format, trace};
                if (!per.empty())
                    words.insert(words.end(), {"--per", per});
                const Ended ended = capanalyze(words);
                EXPECT_EQ(ended.status, 0) << ended.err;
                EXPECT_NE(ended.out.find("still running"), std::string::npos)
                    << format << ' ' << per << ": " << ended.out;
            }
        for (const std::string format : {"text", "hex"})
            EXPECT_NE(capanalyze({"minimal", "--format", format, trace}).err.find("still running"), std::string::npos);
        EXPECT_GE(json({"minimal", "--format", "json", trace}).at("trace").at("survivor_count").get<int>(), 1);
        write("policy", "allow * CAP_CHOWN\n");
        EXPECT_NE(capanalyze({"check", trace, "--policy", "policy"}).out.find("still running"), std::string::npos);
        EXPECT_NE(capanalyze({"diff", trace, trace}).out.find("still running"), std::string::npos);
    }
}

// A thing that the command can do to the file that it is recorded in.
struct Deed {
    const char* name;
    const char* text;  // run.cap is the trace, other.cap one of the same kind
    const char* said;
};

class Tampering : public Endings, public ::testing::WithParamInterface<Deed> {};

TEST_P(Tampering, IsSaidAndEndsWith125) {
    record({"true"});
    fs::rename(trace_path(), path("other.cap"));
    const Recorded recorded = record({"sh", "-c", GetParam().text});
    EXPECT_EQ(recorded.ended.status, 125) << recorded.ended.err;
    EXPECT_NE(recorded.ended.err.find(GetParam().said), std::string::npos) << recorded.ended.err;
}

INSTANTIATE_TEST_SUITE_P(
    All, Tampering,
    ::testing::Values(Deed{"Removed", "rm run.cap", "run.cap was removed"},
                      Deed{"RemovedAndCopied", "rm run.cap; cp other.cap run.cap", "run.cap was removed"},
                      Deed{"MovedOver", "mv other.cap run.cap", "run.cap was removed"},
                      Deed{"MovedAway", "mv run.cap elsewhere", "run.cap was moved away"},
                      Deed{"MovedAwayAndCopied", "mv run.cap elsewhere; cp other.cap run.cap", "run.cap was replaced"},
                      Deed{"LinkInItsPlace", "mv run.cap elsewhere; ln -s elsewhere run.cap", "run.cap was replaced"},
                      Deed{"Linked", "ln run.cap second; rm run.cap; cp other.cap run.cap", "run.cap was replaced"},
                      Deed{"Truncated", "truncate -s 0 run.cap", "run.cap does not hold what was written"},
                      Deed{"CutAndFilled",
                           "size=$(stat -c %s run.cap); truncate -s 0 run.cap; truncate -s $size run.cap",
                           "run.cap does not hold what was written"},
                      Deed{"Lengthened", "truncate -s +1M run.cap", "run.cap has "},
                      Deed{"WrittenOver", "dd if=other.cap of=run.cap conv=notrunc status=none",
                           "run.cap does not hold what was written"},
                      Deed{"OneByte", "printf x | dd of=run.cap bs=1 seek=100 conv=notrunc status=none",
                           "run.cap does not hold what was written"}),
    [](const auto& row) { return std::string(row.param.name); });

// The trace is in a directory of its own, and on standard output.
TEST_F(Endings, WhatItDoesToTheDirectoryOrToStandardOutputIsSaid) {
    record({"true"});
    fs::rename(trace_path(), path("other.cap"));
    const struct {
        const char *output, *deed, *said;
    } rows[] = {{"-o d/run.cap", "rm -r d", "d/run.cap was removed"},
                {"-o d/run.cap", "mv d e", "d/run.cap was moved away"},
                {"-o d/run.cap", "mv d e; mkdir d; cp e/run.cap d", "d/run.cap was replaced"},
                {"-o d/run.cap", "mv d e; ln -s e d; cp other.cap new; mv new e/run.cap", "d/run.cap was removed"},
                {"-o - > d/run.cap", "truncate -s 0 d/run.cap", "standard output does not hold what was written"},
                {"-o - > d/run.cap", "rm d/run.cap; cp other.cap d/run.cap", "standard output was removed"},
                {"-o - >> d/run.cap", "printf xxxx | dd of=d/run.cap bs=1 seek=100 conv=notrunc status=none",
                 "standard output does not hold what was written"}};
    for (const auto& row : rows) {
        fs::remove_all(path("d"));
        fs::remove_all(path("e"));
        fs::create_directory(path("d"));
        Launch plan;
        plan.directory = directory();
        plan.argv = {"sh", "-c", recorder() + " " + row.output + " -- sh deed.sh"};
        write("deed.sh", row.deed);
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 125) << row.deed << ": " << ended.err;
        EXPECT_NE(ended.err.find(row.said), std::string::npos) << row.deed << ": " << ended.err;
    }
    Launch plan;
    plan.directory = directory();
    for (const std::string file : {"> run.cap", ">> run.cap", "1<> run.cap"}) {
        plan.argv = {"sh", "-c", ": > run.cap; " + recorder() + " -o - " + file + " -- true"};
        const Recorded sound = record(plan);
        EXPECT_EQ(sound.ended.status, 0) << file << ": " << sound.ended.err;
        EXPECT_EQ(faults_of(sound.trace), "") << file;
    }
    plan.argv = {"sh", "-c", "{ echo first; " + recorder() + " -q -o - -- true; echo last; } > run.cap"};
    const Ended ended = run(plan);
    EXPECT_EQ(ended.err, "");
}

TEST_F(Endings, ASecondNameIsARemark) {
    const Recorded recorded = record({"ln", "run.cap", "second"});
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    EXPECT_NE(recorded.ended.err.find("run.cap has got a second name"), std::string::npos) << recorded.ended.err;
    EXPECT_EQ(faults_of(recorded.trace), "");
}

// With closed descriptors, none of our messages goes into the trace, and the command finds them closed.
class Closed : public Endings, public ::testing::WithParamInterface<std::vector<int>> {};

TEST_P(Closed, DescriptorsStaySo) {
    const std::vector<int> closed = GetParam();
    const auto close_them = [closed] {
        for (const int descriptor : closed)
            ::close(descriptor);
    };
    const std::string list =
        "ls /proc/self/fd > fds 2>/dev/null; ls -l /proc/self/fd 2>/dev/null | sed 's/.*-> //' > to";
    Launch alone{{"sh", "-c", list}, directory(), {}, close_them, -1, false};
    run(alone);
    const std::string expected = read("fds");
    Launch plan = launch({"sh", "-c", list});
    plan.prepare = close_them;
    const Recorded recorded = record(plan);
    EXPECT_EQ(recorded.ended.status, 0);
    EXPECT_EQ(read("fds"), expected);
    EXPECT_EQ(faults_of(recorded.trace), "");
    EXPECT_EQ(unpacked("run.cap").find("caprec: "), std::string::npos);

    plan = launch({"/nonexistent"});
    plan.prepare = close_them;
    const Recorded failed = record(plan);
    EXPECT_EQ(failed.ended.status, 127);
    EXPECT_EQ(faults_of(failed.trace), "") << "a message went into the trace";

    write("policy", "allow * CAP_CHOWN\n");
    Launch merge{{CAPREC_BINARY_DIR "/analyzer/capanalyze", "merge", "-o", "sum.cap", "run.cap", "no-such-file"},
                 directory(),
                 {},
                 close_them,
                 -1,
                 false};
    run(merge);
    if (fs::exists(path("sum.cap")))
        EXPECT_EQ(capanalyze({"info", "sum.cap"}).status, 0);
}

INSTANTIATE_TEST_SUITE_P(Some, Closed,
                         ::testing::Values(std::vector{2}, std::vector{1}, std::vector{0}, std::vector{1, 2},
                                           std::vector{0, 1, 2}),
                         [](const auto& row) {
                             std::string name;
                             for (const int descriptor : row.param)
                                 name += "And" + std::to_string(descriptor);
                             return name.substr(3);
                         });

TEST_F(Endings, AClosedStandardOutputTakesNoTrace) {
    Launch plan;
    plan.argv = {recorder(), "-o", "-", "--", "touch", "ran"};
    plan.directory = directory();
    plan.prepare = [] { ::close(1); };
    const Ended ended = run(plan);
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("standard output: it is closed"), std::string::npos) << ended.err;
    EXPECT_NE(access(path("ran").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace caprec
