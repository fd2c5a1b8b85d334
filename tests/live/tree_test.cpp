// SPDX-License-Identifier: Apache-2.0
// The parent of each process, and the programs that it ran.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

class Tree : public LiveTest {};

TEST_F(Tree, ExecFromAThreadKeepsBothIds) {
    const Trace trace = sound({workload("exec_from_thread"), workload("denied_calls"), "1"});
    const auto before = trace.priority_checks(-13), after = trace.priority_checks(-5);
    ASSERT_EQ(before.size(), 1u);
    ASSERT_EQ(after.size(), 1u);
    EXPECT_EQ(before[0].thread, after[0].thread);
    EXPECT_NE(before[0].thread, trace.header.target_thread);
    EXPECT_EQ(trace.process_of(after[0]), trace.header.target_thread);
    const auto execs = trace.execs_of("denied_calls");
    ASSERT_EQ(execs.size(), 1u);
    EXPECT_EQ(execs[0].thread, before[0].thread);
    EXPECT_EQ(execs[0].process, trace.header.target_thread);
    ASSERT_EQ(trace.exits.size(), 2u);
    EXPECT_EQ(trace.exits[0].thread, trace.header.target_thread) << "the first thread ends in the exec";
    EXPECT_EQ(trace.exits[0].last, 0u);
    EXPECT_EQ(trace.exits[1].thread, before[0].thread);
    EXPECT_EQ(trace.exits[1].last, 1u);
}

TEST_F(Tree, ADaemonIsFollowedToItsEnd) {
    const Trace trace = sound({sample("late_chown"), "given_away"}, {"--wait"});
    const auto chowns = trace.checks_of("CAP_CHOWN");
    ASSERT_EQ(chowns.size(), 2u) << "one for the user, one for the group";
    EXPECT_EQ(trace.syscall_of(chowns[0]), "fchown");
    EXPECT_EQ(trace.outcome_of(chowns[0]), 0);
    const TaskRow* daemon = trace.task(chowns[0].thread);
    ASSERT_NE(daemon, nullptr);
    const TaskRow* middle = trace.task(daemon->creator);
    ASSERT_NE(middle, nullptr);
    EXPECT_EQ(middle->creator, trace.header.target_thread);
    EXPECT_EQ(trace.footer->reason, EndReason::last_descendant_ended);
    EXPECT_TRUE(trace.header.wait_for_descendants);
    for (const ExitRow& exit : trace.exits)
        if (exit.thread == trace.header.target_thread)
            EXPECT_LT(exit.order, chowns[0].order) << "the command was gone by then";
}

TEST_F(Tree, SurvivorsAreCountedAndNamed) {
    const Recorded recorded = record({sample("late_chown"), "given_away"});
    EXPECT_EQ(recorded.ended.status, 0);
    EXPECT_NE(recorded.ended.err.find("still running"), std::string::npos) << recorded.ended.err;
    EXPECT_NE(recorded.ended.err.find("late_chown"), std::string::npos) << recorded.ended.err;
    ASSERT_TRUE(recorded.trace.footer);
    EXPECT_EQ(recorded.trace.footer->reason, EndReason::command_ended);
    // the first fork is alive or gone, as it happens; the daemon sleeps
    EXPECT_GE(recorded.trace.footer->survivor_count, 1u);
    ASSERT_EQ(recorded.trace.footer->survivors.size(), recorded.trace.footer->survivor_count);
    EXPECT_EQ(recorded.trace.footer->survivors[0].comm, "late_chown");
    EXPECT_EQ(faults_of(recorded.trace), "");
}

TEST_F(Tree, APidNamespaceIsSeenLikeAnyOther) {
    const Trace trace =
        sound({"unshare", "-pf", "--mount-proc", "sh", "-c", "echo $$ > inner; touch f; chown nobody f; :"});
    EXPECT_EQ(read("inner"), "1\n");
    const auto chowns = trace.checks_of("CAP_CHOWN");
    ASSERT_EQ(chowns.size(), 1u);
    const TaskRow* chown = trace.task(chowns[0].thread);
    ASSERT_NE(chown, nullptr);
    const TaskRow* shell = trace.task(chown->creator);
    ASSERT_NE(shell, nullptr);
    EXPECT_EQ(shell->own_tgid, 1u);
    EXPECT_EQ(shell->own_tid, 1u);
    EXPECT_GT(shell->recorder_tgid, 1u);
    EXPECT_EQ(shell->recorder_tgid, shell->recorder_tid);
    EXPECT_GT(chown->own_tgid, 1u);
    EXPECT_NE(chown->recorder_tgid, chown->own_tgid);
    const TaskRow* command = trace.task(trace.header.target_thread);
    ASSERT_NE(command, nullptr);
    EXPECT_EQ(command->recorder_tgid, command->own_tgid) << "the recorder and the command share one";
}

TEST_F(Tree, AUserNamespaceIsNamedByLevelAndOwner) {
    const Recorded recorded = record({"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "unshare",
                                      "-Uru", "sh", "-c", "readlink /proc/self/ns/user; hostname inner"});
    if (recorded.ended.status != 0)
        GTEST_SKIP() << "no user namespaces for everybody here: " << recorded.ended.err;
    const Trace& trace = recorded.trace;
    EXPECT_EQ(faults_of(trace), "");
    std::size_t found = 0;
    for (const CheckRow& check : trace.checks_of("CAP_SYS_ADMIN")) {
        if (trace.syscall_of(check) != "sethostname")
            continue;
        ++found;
        const UserNamespace& target = trace.user_namespace(check.target_namespace);
        EXPECT_TRUE(check.granted());
        EXPECT_EQ(target.level, 1u);
        EXPECT_EQ(target.owner, 65534u);
        EXPECT_EQ("user:[" + std::to_string(target.inode) + "]\n", recorded.ended.out);
        EXPECT_EQ(trace.user_namespace(trace.credential(check.credential).user_namespace), target);
        EXPECT_EQ(trace.object_of(check), "inner");
    }
    EXPECT_EQ(found, 1u);
    EXPECT_EQ(trace.header.home_namespace.level, 0u);
}

TEST_F(Tree, AScriptAndItsInterpreter) {
    write("script", "#!/bin/sh -e\nexit 4\n", 0755);
    const Recorded recorded = record({"./script", "argument"});
    EXPECT_EQ(recorded.ended.status, 4);
    const Trace& trace = recorded.trace;
    EXPECT_EQ(faults_of(trace), "");
    ASSERT_EQ(trace.execs.size(), 1u);
    const ExecRow& exec = trace.execs[0];
    EXPECT_EQ(trace.string(exec.given), "./script");
    EXPECT_EQ(trace.string(exec.script), "./script");
    EXPECT_EQ(trace.string(exec.interpreter), "/bin/sh");
    EXPECT_EQ(trace.string(exec.path), std::filesystem::canonical("/bin/sh").string());
    EXPECT_EQ(trace.arguments_of(exec), (std::vector<std::string>{"/bin/sh", "-e", "./script", "argument"}));
    struct stat facts {};
    ASSERT_EQ(stat("/bin/sh", &facts), 0);
    EXPECT_EQ(exec.inode, facts.st_ino);
    EXPECT_EQ(exec.ctime, static_cast<std::uint64_t>(facts.st_ctim.tv_sec) * 1'000'000'000 +
                              static_cast<std::uint64_t>(facts.st_ctim.tv_nsec));
}

TEST_F(Tree, AProgramWithoutAName) {
    const Trace trace = sound({workload("memory_exec"), workload("denied_calls"), "1"});
    ASSERT_EQ(trace.execs.size(), 2u);
    const ExecRow& exec = trace.execs[1];
    EXPECT_NE(exec.flags & exec_path_unreachable, 0u);
    EXPECT_NE(trace.string(exec.path).find("memfd:nameless"), std::string::npos) << trace.string(exec.path);
    EXPECT_TRUE(trace.string(exec.given).starts_with("/dev/fd/")) << trace.string(exec.given);
    EXPECT_EQ(exec.script, StringId());
    EXPECT_EQ(exec.flags & exec_secure, 0u);
    EXPECT_EQ(trace.priority_checks(-5).size(), 1u);
}

TEST_F(Tree, ALongArgumentListIsCutAtItsTrueLength) {
    const std::string text(10'000, 'x');
    const Trace trace = sound({"true", text});
    ASSERT_EQ(trace.execs.size(), 1u);
    EXPECT_EQ(trace.execs[0].arguments_length, sizeof "true" + text.size() + 1);
    const std::string kept = trace.string(trace.execs[0].arguments);
    ASSERT_EQ(kept.size(), 4096u);
    EXPECT_EQ(kept, std::string("true\0", 5) + std::string(4091, 'x'));
}

TEST_F(Tree, ADeepPathIsWholeAndADeeperOneIsCut) {
    const std::string name(100, 'd');
    const std::string program = workload("denied_calls");
    write("dive",
          "#!/bin/sh\ni=0\nwhile [ $i -lt $1 ]; do mkdir -p " + name + "; cd " + name + "; i=$((i+1)); done\ncp " +
              program + " ./here\nexec ./here 1\n",
          0755);
    const Trace deep = sound({path("dive"), "30"});
    const auto whole = deep.execs_of("here");
    ASSERT_EQ(whole.size(), 1u);
    std::string expected = std::filesystem::canonical(directory());
    for (int i = 0; i < 30; ++i)
        expected += "/" + name;
    EXPECT_EQ(deep.string(whole[0].path), expected + "/here");
    EXPECT_EQ(whole[0].flags & exec_path_cut, 0u);

    const Trace deeper = sound({path("dive"), "60"});
    const auto cut = deeper.execs_of("here");
    ASSERT_EQ(cut.size(), 1u);
    EXPECT_NE(cut[0].flags & exec_path_cut, 0u);
    EXPECT_GE(deeper.string(cut[0].path).size(), 3800u);
    run({{"rm", "-rf", name}, directory(), {}, {}, -1, false});
}

TEST_F(Tree, APathThroughAMount) {
    const Trace trace = sound({"unshare", "-m", "sh", "-c",
                               "mkdir mounted; mount -t tmpfs none mounted; cp \"$0\" mounted/inside; mounted/inside 1",
                               workload("denied_calls")});
    const auto execs = trace.execs_of("inside");
    ASSERT_EQ(execs.size(), 1u);
    EXPECT_EQ(trace.string(execs[0].path), std::filesystem::canonical(directory()).string() + "/mounted/inside");
    EXPECT_EQ(execs[0].flags & (exec_path_cut | exec_path_unreachable), 0u);
}

TEST_F(Tree, ASetUidProgramIsMarked) {
    struct statvfs facts {};
    ASSERT_EQ(statvfs(directory().c_str(), &facts), 0);
    if ((facts.f_flag & ST_NOSUID) != 0)
        GTEST_SKIP() << "set-uid programs have no effect on this file system";
    const std::string program = workload("many_children");
    ASSERT_EQ(chmod(program.c_str(), 04755), 0);
    const Trace trace = sound({"sh", "-c", "\"$0\" 1; true", program}, {"-u", "nobody"});
    const auto execs = trace.execs_of("many_children");
    ASSERT_EQ(execs.size(), 1u);
    EXPECT_NE(execs[0].flags & exec_secure, 0u);
    EXPECT_EQ(trace.credential(execs[0].before).euid, 65534u);
    EXPECT_EQ(trace.credential(execs[0].after).euid, 0u);
    EXPECT_EQ(trace.credential(execs[0].after).uid, 65534u);
    for (const ExecRow& exec : trace.execs)
        EXPECT_EQ((exec.flags & exec_secure) != 0, exec.order == execs[0].order);
}

TEST_F(Tree, ExitStatusesAndSignalsOfEveryProcess) {
    const Trace trace = sound({"sh", "-c", "(exit 7); (kill -TERM $(sh -c 'echo $PPID')); exit 0"});
    std::multiset<std::uint64_t> statuses;
    for (const ExitRow& exit : trace.exits)
        statuses.insert(exit.status);
    EXPECT_EQ(statuses.count(7u << 8), 1u);
    EXPECT_EQ(statuses.count(SIGTERM), 1u);
}

constexpr std::uint64_t elsewhere = exec_other_root | exec_other_mounts;

TEST_F(Tree, ProgramsInAnotherRoot) {
    write("jail.sh",
          "mkdir -p jail/bin && cp busybox jail/bin/chown || exit 77\n"
          "for library in $(ldd busybox 2>/dev/null | grep -o '/[^ ]*'); do cp --parents \"$library\" jail; done\n"
          "./busybox true; chroot jail /bin/chown 0 / && exec ./busybox true\n");
    const Recorded recorded = record({"sh", "-c", "cp \"$(command -v busybox)\" busybox || exit 77; . ./jail.sh"});
    if (recorded.ended.status == 77)
        GTEST_SKIP() << "no busybox";
    EXPECT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const std::vector<ExecRow> rows = recorded.trace.execs_of("chown");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(recorded.trace.string(rows[0].path), "/bin/chown");
    EXPECT_EQ(recorded.trace.string(rows[0].outer_path), path("jail"));
    EXPECT_EQ(rows[0].flags & (elsewhere | exec_placed), exec_other_root | exec_placed);
    EXPECT_EQ(rows[0].mode & 07777, 0755u);
    EXPECT_FALSE(recorded.trace.string(rows[0].content).empty());
    for (const ExecRow& row : recorded.trace.execs_of("busybox")) {
        EXPECT_EQ(row.flags & (elsewhere | exec_placed), exec_placed) << "at home";
        EXPECT_EQ(row.content, rows[0].content) << "a copy";
        EXPECT_NE(row.inode, rows[0].inode);
    }
}

TEST_F(Tree, ProgramsInAnotherMountNamespace) {
    const Trace trace = sound(
        {"unshare", "-m", "sh", "-c", "cp /bin/true other; mount --bind other /bin/chown; /bin/chown; exec /bin/true"});
    const std::vector<ExecRow> rows = trace.execs_of("chown"), true_rows = trace.execs_of("true");
    ASSERT_EQ(rows.size(), 1u);
    ASSERT_EQ(true_rows.size(), 1u);
    for (const ExecRow& row : {rows[0], true_rows[0]}) {
        EXPECT_EQ(row.flags & (elsewhere | exec_placed), exec_other_mounts | exec_placed);
        EXPECT_EQ(row.outer_path, StringId());
    }
    EXPECT_NE(rows[0].inode, true_rows[0].inode);
    EXPECT_EQ(trace.execs_of("unshare").at(0).flags & elsewhere, 0u);
    EXPECT_NE(trace.execs_of("unshare").at(0).mount_namespace, rows[0].mount_namespace);
}

// The place of the file counts: the process itself never left.
TEST_F(Tree, FilesOfAnotherMountNamespace) {
    const Trace trace = sound({"sh", "-c",
                               "mkdir m; unshare -m sh -c 'mount -t tmpfs x m && cp /bin/true m/once && exec sleep 100'"
                               " & until /proc/$!/root$PWD/m/once 2> e; do sleep 0.01; done; kill $!"});
    const std::vector<ExecRow> rows = trace.execs_of("once");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].flags & (elsewhere | exec_placed), exec_other_mounts | exec_placed);
    EXPECT_EQ(rows[0].mount_namespace, trace.execs_of("cp").at(0).mount_namespace);
}

TEST_F(Tree, FilesOfAMountThatWasTakenAway) {
    Launch plan;
    plan.argv = {"unshare", "-m", "sh", "-c",
                 "mkdir m && mount -t tmpfs x m && cp /bin/true m/once && exec " + recorder() + " -o " + trace_path() +
                     " -- sh -c 'cd m && umount -l ../m && ./once'"};
    plan.directory = directory();
    const Recorded recorded = record(plan);
    ASSERT_EQ(recorded.ended.status, 0) << recorded.ended.err;
    const std::vector<ExecRow> rows = recorded.trace.execs_of("once");
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].flags & (elsewhere | exec_placed), exec_other_mounts | exec_placed);
    EXPECT_EQ(rows[0].mount_namespace, 0u);
    EXPECT_EQ(recorded.trace.execs_of("umount").at(0).flags & elsewhere, 0u);
}

}  // namespace
}  // namespace caprec
