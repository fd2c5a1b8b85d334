// SPDX-License-Identifier: Apache-2.0
//
// Callers who are not root: refused with a reason, or recorded with their own privileges and no more.
#include <grp.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include "tests/live/child.h"
#include "tests/live/live_test.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

void become_nobody() {
    if (setgroups(0, nullptr) != 0 || setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        _exit(122);
}

class Privilege : public LiveTest {
protected:
    // A copy of the recorder, and a directory in which nobody may write.
    void SetUp() override {
        LiveTest::SetUp();
        if (HasFatalFailure() || IsSkipped())
            return;
        fs::copy_file(recorder(), path("caprec"));
        ASSERT_EQ(chmod(path("caprec").c_str(), 0755), 0);
        fs::create_directory(path("home"));
        ASSERT_EQ(chown(path("home").c_str(), 65534, 65534), 0);
    }

    Launch as_nobody(const std::vector<std::string>& command, const std::vector<std::string>& options = {}) const {
        Launch plan;
        plan.argv = {path("caprec"), "-o", "home/run.cap"};
        plan.argv.insert(plan.argv.end(), options.begin(), options.end());
        plan.argv.emplace_back("--");
        plan.argv.insert(plan.argv.end(), command.begin(), command.end());
        plan.directory = directory();
        plan.prepare = become_nobody;
        return plan;
    }

    bool programs_gain_privilege() const {
        struct statvfs facts {};
        return statvfs(directory().c_str(), &facts) == 0 && (facts.f_flag & ST_NOSUID) == 0;
    }
};

TEST_F(Privilege, WithoutAnyItSaysWhatWasTriedAndWhatToDo) {
    const Ended ended = run(as_nobody({"touch", "home/ran"}));
    EXPECT_EQ(ended.status, 125);
    for (const char* text :
         {"tp_btf/cap_capable", "Operation not permitted (1)", "root", "setcap cap_bpf,cap_perfmon+ep"})
        EXPECT_NE(ended.err.find(text), std::string::npos) << text << " in: " << ended.err;
    EXPECT_NE(access(path("home/ran").c_str(), F_OK), 0);
}

class Gained : public Privilege, public ::testing::WithParamInterface<const char*> {
protected:
    // Gives privilege by file capabilities or by the set-uid bit; false when that is impossible here.
    bool give() const {
        if (!programs_gain_privilege())
            return false;
        if (std::string(GetParam()) == "SetUid")
            return chmod(path("caprec").c_str(), 04755) == 0;
        const std::string set = "PATH=$PATH:/usr/sbin:/sbin exec setcap cap_bpf,cap_perfmon+ep caprec";
        return run({{"sh", "-c", set}, directory(), {}, {}, -1, false}).status == 0;
    }
};

TEST_P(Gained, TheCommandGetsNoneOfIt) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    const std::string text = "grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)|NoNewPrivs):' /proc/self/status";
    const Ended ended = run(as_nobody({"sh", "-c", text}));
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Ended alone = run({{"sh", "-c", text}, directory(), {}, become_nobody, -1, false});
    EXPECT_EQ(ended.out, alone.out);

    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(trace.header.caller_uid, 65534u);
    EXPECT_EQ(trace.header.on_behalf_of_uid, 65534u);
    EXPECT_TRUE(trace.header.withholding);
    ASSERT_FALSE(trace.execs.empty());
    EXPECT_TRUE(trace.credential(trace.execs[0].after).permitted.empty());
    EXPECT_EQ(trace.credential(trace.execs[0].after).suid, 65534u);
    EXPECT_FALSE(trace.checks.empty());
    struct stat facts {};
    ASSERT_EQ(stat(path("home/run.cap").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_uid, 65534u);
    EXPECT_EQ(facts.st_mode, static_cast<mode_t>(S_IFREG | 0600));
}

// Anybody may read the name of a process's cgroup in /proc, but not which namespaces it is in.
TEST_P(Gained, NamespacesOfMorePrivilegedProgramsAreWithheld) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    fs::copy_file("/usr/bin/unshare", path("unshare"));
    ASSERT_EQ(chmod(path("unshare").c_str(), 04755), 0);
    const Ended ended = run(as_nobody({"./unshare", "--net", "--mount", "true"}));
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_EQ(faults_of(trace), "");
    ASSERT_EQ(trace.places.size(), 2u);
    EXPECT_NE(trace.places[0].network_namespace, 0u);
    EXPECT_EQ(trace.places[1].network_namespace, 0u);
    EXPECT_EQ(trace.places[1].mount_namespace, 0u);
    EXPECT_EQ(trace.places[1].pid_namespace, 0u);
    EXPECT_EQ(trace.places[1].cgroup_id, trace.places[0].cgroup_id);
}

// Of what runs already, the caller gets what ptrace(2) would allow.
TEST_P(Gained, OfWhatRunsOnlyWhatTheCallerMayTrace) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    Child of_root(Launch{{"sleep", "1000"}, directory(), {}, {}, -1, false});
    Child own(
        Launch{{"sh", "-c", "touch home/own; echo ready; while :; do chown 5 home/own; echo round; sleep 0.01; done"},
               directory(),
               {},
               become_nobody,
               -1,
               false});
    ASSERT_TRUE(own.wait_for_output("ready"));
    const auto recording = [this](const std::vector<std::string>& options) {
        Launch plan{{path("caprec"), "-o", "home/run.cap"}, directory(), {}, become_nobody, -1, false};
        plan.argv.insert(plan.argv.end(), options.begin(), options.end());
        return plan;
    };
    const Ended other = run(recording({"-p", std::to_string(of_root.pid())}));
    EXPECT_EQ(other.status, 125);
    EXPECT_NE(other.err.find("you may not trace process"), std::string::npos) << other.err;
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"-a"}, {"--cgroup", "/"}, {"--unit", "ssh"}, {"--container", "0123456789ab"}}) {
        const Ended ended = run(recording(options));
        EXPECT_EQ(ended.status, 125) << options[0];
        EXPECT_NE(ended.err.find("that needs root"), std::string::npos) << ended.err;
    }
    Child recorder(recording({"-p", std::to_string(own.pid())}));
    ASSERT_TRUE(eventually([&] { return recorder.err().find("; Ctrl-C ends it") != std::string::npos; }));
    const auto rounds = std::ranges::count(own.out(), '\n');
    ASSERT_TRUE(own.wait_for_output("round", static_cast<int>(rounds) + 2));
    recorder.signal(SIGINT);
    const Ended ended = recorder.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_FALSE(trace.checks_of("CAP_CHOWN").empty());
    ASSERT_FALSE(trace.tasks.empty());
    EXPECT_EQ(trace.tasks[0].recorder_tgid, static_cast<std::uint64_t>(own.pid()));
    for (const TaskRow& task : trace.tasks)
        EXPECT_EQ(trace.credential(task.credential).uid, 65534u);
}

// The caller may not see what a process reads that gained privilege over the caller.
TEST_P(Gained, ObjectsOfMorePrivilegedProgramsAreWithheld) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    const std::string other = workload("other_identity");
    ASSERT_EQ(chmod(other.c_str(), 04755), 0);
    write("secret", "x", 0600);
    const Ended ended = run(as_nobody({"sh", "-c", "touch home/own; chown 5 home/own; ./other_identity secret; true"}));
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_EQ(faults_of(trace), "");
    std::size_t own = 0, withheld = 0, stacks_withheld = 0;
    for (const CheckRow& check : trace.checks) {
        if ((check.flags & check_user_stack_withheld) != 0) {
            EXPECT_EQ(check.user_stack, UserStackId());
            ++stacks_withheld;
        }
    }
    EXPECT_GE(stacks_withheld, 1u);
    EXPECT_GE(trace.footer->withheld_user_stacks, stacks_withheld);
    for (const CheckRow& check : trace.checks_of("CAP_CHOWN")) {
        if ((check.flags & check_object_withheld) == 0) {
            EXPECT_EQ(trace.object_of(check), "home/own");
            EXPECT_NE(check.user_stack, UserStackId());
            ++own;
        } else {
            EXPECT_EQ(check.object, ObjectId());
            EXPECT_EQ(trace.credential(check.credential).euid, 0u);
            ++withheld;
        }
    }
    EXPECT_GE(own, 1u);
    EXPECT_GE(withheld, 1u);
    EXPECT_GE(trace.footer->withheld_objects, withheld);
}

// The caller may not see its mappings either: /proc/PID/maps would refuse them.
TEST_P(Gained, MappingsOfMorePrivilegedProgramsAreWithheld) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    const std::string own = workload("maps_file");
    fs::copy_file(own, path("maps_as_root"));
    ASSERT_EQ(chmod(path("maps_as_root").c_str(), 04755), 0);
    fs::create_directory(path("roots"));
    ASSERT_EQ(chmod(path("roots").c_str(), 0700), 0);
    write("roots/file-of-roots-only", std::string(4096, 'x'), 0600);
    write("home/file-of-the-callers", std::string(4096, 'x'), 0644);
    ASSERT_EQ(chown(path("home/file-of-the-callers").c_str(), 65534, 65534), 0);
    // run by a link, so that no argument names the file; once in a process that first had stacks as the caller's own
    write("run.sh",
          "./maps_file home/file-of-the-callers\n./maps_as_root home/link\n"
          "(./maps_file home/file-of-the-callers; exec ./maps_as_root home/link)\n");
    fs::create_symlink(path("roots/file-of-roots-only"), path("home/link"));
    const Ended ended = run(as_nobody({"sh", "run.sh"}));
    EXPECT_EQ(ended.status, 0) << ended.err;

    const Trace trace = Trace::read(path("home/run.cap"));
    EXPECT_EQ(faults_of(trace), "");
    const std::string all = unpacked("home/run.cap");
    EXPECT_NE(all.find("file-of-the-callers"), all.npos);
    EXPECT_EQ(all.find("file-of-roots-only"), all.npos);
    std::set<std::uint64_t> withheld;
    for (const CheckRow& check : trace.checks)
        if ((check.flags & check_user_stack_withheld) != 0)
            withheld.insert(check.thread);
    EXPECT_EQ(withheld.size(), 2u);
    std::set<std::string> mapped;
    for (const MappingRow& row : trace.mappings)
        mapped.insert(trace.module_name(row.module));
    EXPECT_TRUE(std::ranges::any_of(mapped, [](const std::string& name) { return name.ends_with("/maps_file"); }));
    EXPECT_TRUE(std::ranges::none_of(mapped, [](const std::string& name) { return name.ends_with("_as_root"); }));
    std::size_t of_memory = 0, addresses_of_own = 0;
    for (const CheckRow& check : trace.checks) {
        const auto outcome = trace.outcome_of(check);
        const bool is_address = outcome && (*outcome < -4095 || *outcome >= 65536);
        if ((check.flags & check_user_stack_withheld) == 0) {
            addresses_of_own += is_address ? 1 : 0;
            continue;
        }
        EXPECT_FALSE(is_address) << trace.syscall_of(check);
        of_memory += outcome && (trace.syscall_of(check) == "mmap" || trace.syscall_of(check) == "brk") ? 1 : 0;
        for (const std::uint64_t argument : check.args)
            EXPECT_FALSE(argument >> 32 != 0 && argument >> 56 == 0 && argument != std::uint64_t{1} << 32)
                << trace.syscall_of(check);
    }
    EXPECT_GE(of_memory, 2u);
    EXPECT_GE(addresses_of_own, 2u);
}

TEST_P(Gained, AnotherUserIsRefused) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    const Ended ended = run(as_nobody({"touch", "home/ran"}, {"-u", "root"}));
    EXPECT_EQ(ended.status, 125);
    EXPECT_NE(ended.err.find("-u needs root"), std::string::npos) << ended.err;
    EXPECT_NE(access(path("home/ran").c_str(), F_OK), 0);
}

TEST_P(Gained, NoFileThatTheCallerCouldNotWrite) {
    if (!give())
        GTEST_SKIP() << "programs cannot gain privilege on this file system";
    fs::create_directory(path("roots"));
    write("roots/old.cap", "", 0644);
    for (const char* name : {"roots/new.cap", "roots/old.cap"}) {
        Launch plan = as_nobody({"touch", "home/ran"});
        plan.argv[2] = name;
        const Ended ended = run(plan);
        EXPECT_EQ(ended.status, 125);
        EXPECT_NE(ended.err.find("Permission denied"), std::string::npos) << ended.err;
    }
    EXPECT_NE(access(path("roots/new.cap").c_str(), F_OK), 0);
    EXPECT_NE(access(path("home/ran").c_str(), F_OK), 0);
}

INSTANTIATE_TEST_SUITE_P(By, Gained, ::testing::Values("FileCapabilities", "SetUid"),
                         [](const auto& way) { return std::string(way.param); });

}  // namespace
}  // namespace caprec
