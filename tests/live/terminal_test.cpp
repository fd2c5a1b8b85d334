// SPDX-License-Identifier: Apache-2.0
// The effect of keys at a terminal, below a shell with job control.
#include <unistd.h>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Terminal : public LiveTest {
protected:
    // An interactive shell in the directory.
    Launch shell() const {
        Launch plan;
        plan.argv = {"bash", "--norc", "--noprofile", "--noediting", "-i"};
        plan.directory = directory();
        plan.environment = {"PS1=> ", "CAPREC=" + recorder(), "TERM=dumb"};
        plan.terminal = true;
        return plan;
    }
    static constexpr const char *interrupt = "\x03", *stop = "\x1a";
};

TEST_F(Terminal, CtrlCReachesTheCommandOnceAndTheTraceIsWhole) {
    workload("count_signals");
    Child bash(shell());
    bash.type("$CAPREC -o run.cap -- ./count_signals; echo status=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("ready\r\n")) << bash.out();
    bash.type(interrupt);
    ASSERT_TRUE(bash.wait_for_output("status=1=")) << bash.out();
    bash.type("exit\n");
    bash.wait();
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
}

// Two signals that nobody has read yet become one: the command answers when the recorder has taken its own.
TEST_F(Terminal, ASecondCtrlCEndsTheRecording) {
    write("command.sh", R"(
trap 'while grep -q "^ShdPnd:.*[2367abef]$" /proc/$PPID/status; do :; done; echo got it' INT
echo ready
while :; do sleep 0.02; done
)");
    Child bash(shell());
    bash.type("$CAPREC -o run.cap -- sh command.sh; echo status=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("ready\r\n")) << bash.out();
    bash.type(interrupt);
    ASSERT_TRUE(bash.wait_for_output("got it\r\n")) << bash.out();
    bash.type(interrupt);
    // bash gives up the rest of a line whose command SIGINT ended, which is what 130 means
    ASSERT_TRUE(bash.wait_for_output("still running")) << bash.out();
    bash.type("\necho last=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("=\r\n")) << bash.out();
    const Trace trace = Trace::read(trace_path());
    EXPECT_EQ(faults_of(trace), "");
    ASSERT_TRUE(trace.footer);
    EXPECT_EQ(trace.footer->reason, EndReason::interrupted);
    EXPECT_GE(trace.footer->survivor_count, 1u);
}

// The command forks nothing: a shell that is stopped between vfork and exec would not stop.
TEST_F(Terminal, CtrlZStopsBothAndTheShellResumesThem) {
    workload("count_signals");
    Child bash(shell());
    bash.type("$CAPREC -o run.cap -- ./count_signals; echo first=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("ready\r\n")) << bash.out();
    bash.type(stop);
    ASSERT_TRUE(bash.wait_for_output("Stopped")) << bash.out();
    bash.type(
        "for pid in $(jobs -p) $(cat /proc/$(jobs -p)/task/*/children); do grep State /proc/$pid/status; done; "
        "echo shown=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("shown=0=")) << bash.out();
    EXPECT_TRUE(bash.wait_for_output("T (stopped)", 2)) << bash.out();
    bash.type("fg; echo second=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("18\r\n")) << "SIGCONT; " << bash.out();
    bash.type(interrupt);
    ASSERT_TRUE(bash.wait_for_output("second=1=")) << bash.out();
    bash.type("exit\n");
    bash.wait();
    EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
}

TEST_F(Terminal, ATraceIsNotForATerminal) {
    Child bash(shell());
    bash.type("$CAPREC -o - -- touch ran; echo status=$?=\n");
    ASSERT_TRUE(bash.wait_for_output("status=125=")) << bash.out();
    EXPECT_NE(bash.out().find("not for a terminal"), std::string::npos) << bash.out();
    EXPECT_EQ(read("ran"), "");
    EXPECT_NE(access(path("ran").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace caprec
