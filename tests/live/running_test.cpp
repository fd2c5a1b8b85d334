// SPDX-License-Identifier: Apache-2.0
//
// What runs already: by number, by cgroup, all of it.
#include <signal.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/live/cgroup.h"
#include "tests/live/live_test.h"

namespace caprec {
namespace {

namespace fs = std::filesystem;

class Running : public LiveTest {
protected:
    Launch recording(const std::vector<std::string>& options) const {
        Launch plan;
        plan.argv = {recorder(), "-o", "run.cap"};
        plan.argv.insert(plan.argv.end(), options.begin(), options.end());
        plan.directory = directory();
        return plan;
    }

    // Makes a file, and again and again gives it to another user, by a program of its own and from the shell's child.
    Launch changer(const std::string& file) const {
        Launch plan;
        plan.argv = {"sh", "-c",
                     "touch " + file + "; echo ready; while :; do chown 1:1 " + file + "; chown 2:2 " + file +
                         "; echo round; sleep 0.01; done"};
        plan.directory = directory();
        return plan;
    }

    static bool begins(Child& recorder) {
        return eventually([&] { return recorder.err().find("; Ctrl-C ends it") != std::string::npos; });
    }

    bool grows_to(off_t bytes) const {
        struct stat now {};
        return eventually([&] { return stat(trace_path().c_str(), &now) == 0 && now.st_size > bytes; });
    }

    Trace end(Child& recorder) const {
        recorder.signal(SIGINT);
        const Ended ended = recorder.wait();
        EXPECT_EQ(ended.status, 0) << ended.err;
        return Trace::read(trace_path());
    }

    std::set<std::string> files_changed(const Trace& trace) const {
        std::set<std::string> files;
        for (const CheckRow& check : trace.checks_of("CAP_CHOWN"))
            if (trace.syscall_of(check) == "fchownat")
                files.insert(trace.object_of(check));
        return files;
    }
};

TEST_F(Running, AProcessWithAllThatItStarts) {
    Child process(changer("mine")), other(changer("others"));
    ASSERT_TRUE(process.wait_for_output("ready") && other.wait_for_output("ready"));
    Child recorder(recording({"-p", std::to_string(process.pid())}));
    ASSERT_TRUE(begins(recorder)) << recorder.err();
    const auto rounds = std::ranges::count(process.out(), '\n');
    ASSERT_TRUE(process.wait_for_output("round", static_cast<int>(rounds) + 4));
    const Trace trace = end(recorder);
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(files_changed(trace), std::set<std::string>{"mine"});
    EXPECT_EQ(trace.header.scope, RecordingScope::processes);
    EXPECT_EQ(trace.header.scope_names, std::vector<std::string>{std::to_string(process.pid())});
    EXPECT_EQ(trace.footer->reason, EndReason::interrupted);

    ASSERT_FALSE(trace.tasks.empty());
    const TaskRow& first = trace.tasks[0];
    EXPECT_EQ(first.flags, task_there_before);
    EXPECT_EQ(first.recorder_tgid, static_cast<std::uint64_t>(process.pid()));
    EXPECT_EQ(first.parent_tgid, static_cast<std::uint64_t>(getpid()));
    EXPECT_GT(first.start_time, 0u);
    EXPECT_LT(first.start_time, trace.header.start.boottime);
    ASSERT_FALSE(trace.execs.empty());
    const ExecRow& program = trace.execs[0];
    EXPECT_NE(program.flags & exec_there_before, 0u);
    EXPECT_EQ(program.process, first.process);
    EXPECT_EQ(trace.string(program.path), fs::canonical("/bin/sh").string());
    EXPECT_EQ(trace.arguments_of(program), changer("mine").argv);
    for (std::size_t i = 1; i < trace.tasks.size(); ++i)
        EXPECT_EQ(trace.tasks[i].flags, 0u);
    ASSERT_FALSE(trace.places.empty());
    EXPECT_EQ(trace.places[0].process, first.process);
    struct stat about {};
    ASSERT_EQ(stat("/proc/self/ns/pid", &about), 0);
    EXPECT_EQ(trace.places[0].pid_namespace, about.st_ino);
    ASSERT_EQ(stat("/proc/self/ns/net", &about), 0);
    EXPECT_EQ(trace.places[0].network_namespace, about.st_ino);
}

// The same program that does the same in two units is two kinds: each unit gets its set.
TEST_F(Running, KindsOfEachUnit) {
    const TestCgroup cgroup;
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup v2 where one can be made";
    for (const char* unit : {"/a.service", "/b.service"})
        ASSERT_EQ(mkdir((cgroup.path() + unit).c_str(), 0755), 0);
    Child recorder(recording({"--unique", "--user-stacks=none", "--cgroup", cgroup.path()}));
    ASSERT_TRUE(begins(recorder)) << recorder.err();
    for (int round = 0; round < 10; ++round)
        for (const std::string unit : {"/a.service", "/b.service"}) {
            Launch plan;
            plan.argv = {"sh", "-c", "echo $$ > " + cgroup.path() + unit + "/cgroup.procs && touch f && chown 1:1 f"};
            plan.directory = directory();
            ASSERT_EQ(run(plan).status, 0);
        }
    const Trace trace = end(recorder);
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_TRUE(trace.header.only_kinds);
    std::set<std::string> units;
    std::size_t changes = 0;
    for (const CheckRow& check : trace.checks_of("CAP_CHOWN"))
        if (trace.syscall_of(check) == "fchownat") {
            ++changes;
            const PlaceRow* last = nullptr;
            for (const PlaceRow& place : trace.places)
                if (place.process == trace.process_of(check))
                    last = &place;
            units.insert(last != nullptr ? fs::path(trace.string(last->cgroup)).filename().string() : "inherited");
        }
    EXPECT_GE(changes, 4u) << "uid and gid are asked separately, in each unit";
    EXPECT_LE(changes, 16u) << "of 40; where the libraries are mapped differs now and then";
    EXPECT_GE(units.size(), 1u);
    for (const char* unit : {"/a.service", "/b.service"})
        EXPECT_TRUE(eventually([&] { return rmdir((cgroup.path() + unit).c_str()) == 0; }));
}

// Each file is whole by itself, and nothing falls between two of them.
TEST_F(Running, OneFileAfterTheOther) {
    const TestCgroup cgroup;
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup v2 where one can be made";
    Child process(changer("mine"));
    ASSERT_TRUE(process.wait_for_output("ready"));
    ASSERT_TRUE(cgroup.add(process.pid()));
    Launch plan = recording({"--user-stacks=none", "--cgroup", cgroup.path(), "--rotate", "1s", "-o", "turn-%Y.cap"});
    std::erase(plan.argv, "run.cap");
    plan.argv.erase(plan.argv.begin() + 1);
    Child recorder(plan);
    ASSERT_TRUE(begins(recorder)) << recorder.err();
    const auto files = [this] {
        std::vector<fs::path> all;
        for (const auto& entry : fs::directory_iterator(directory()))
            if (entry.path().filename().string().starts_with("turn-"))
                all.push_back(entry.path());
        std::sort(all.begin(), all.end());
        return all;
    };
    ASSERT_TRUE(eventually([&] { return files().size() >= 3; })) << recorder.err();
    recorder.signal(SIGTERM);
    const Ended ended = recorder.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> times;
    for (const fs::path& file : files()) {
        const Trace trace = Trace::read(file.string());
        EXPECT_EQ(faults_of(trace), "") << file;
        EXPECT_EQ(files_changed(trace).contains("mine") || &file == &files().back(), true) << file;
        for (const ExecRow& exec : trace.execs)
            EXPECT_EQ(trace.string(exec.path).find("caprec"), std::string::npos) << "a recorder records another";
        ASSERT_TRUE(trace.footer);
        times.emplace_back(trace.header.start.monotonic, trace.footer->end.monotonic);
    }
    std::sort(times.begin(), times.end());
    for (std::size_t i = 1; i < times.size(); ++i)
        EXPECT_LT(times[i].first, times[i - 1].second) << "there was a gap before file " << i;
}

TEST_F(Running, SeveralProcessesAndTheEndOfAll) {
    Launch plan;
    plan.argv = {"sh", "-c", "touch f; echo ready; read -r line; chown 1 f"};
    plan.directory = directory();
    plan.terminal = true;
    Child one(plan), two(plan);
    ASSERT_TRUE(one.wait_for_output("ready") && two.wait_for_output("ready"));
    Child recorder(recording({"-p", std::to_string(one.pid()) + "," + std::to_string(two.pid())}));
    ASSERT_TRUE(begins(recorder)) << recorder.err();
    one.type("go\n");
    two.type("go\n");
    const Ended ended = recorder.wait();
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(trace_path());
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(trace.footer->reason, EndReason::last_descendant_ended);
    EXPECT_EQ(trace.checks_of("CAP_CHOWN").size(), 2u);
}

// Numbers are those of the recorder's PID namespace.
TEST_F(Running, AProcessInAPidNamespace) {
    Launch plan;
    plan.argv = {"unshare",
                 "--pid",
                 "--fork",
                 "--kill-child",
                 "--mount-proc",
                 "sh",
                 "-c",
                 "touch f; sh -c 'read -r line; chown 7 f' <go & reader=$!; sleep 300 & sleeper=$!; exec 3>go; "
                 "$CAPREC_UNDER_TEST -o run.cap -p $sleeper -d 1 -q; "
                 "$CAPREC_UNDER_TEST -o run2.cap -p $reader 2>err & recorder=$!; "
                 "until grep -qs -e Ctrl-C -e no err; do sleep 0.05; done; "
                 "echo line >&3; wait $recorder; kill $sleeper; echo $reader"};
    plan.environment = {"CAPREC_UNDER_TEST=" + recorder()};
    plan.directory = directory();
    ASSERT_EQ(mkfifo(path("go").c_str(), 0600), 0);
    const Ended ended = run(plan);
    const Trace none = Trace::read(trace_path()), trace = Trace::read(path("run2.cap"));
    EXPECT_EQ(none.tasks.size(), 1u) << ended.err;
    EXPECT_EQ(none.checks_of("CAP_CHOWN").size(), 0u);
    EXPECT_EQ(faults_of(trace), "");
    ASSERT_FALSE(trace.tasks.empty()) << ended.err;
    EXPECT_EQ(trace.tasks[0].recorder_tgid, std::stoull(ended.out));
    EXPECT_NE(trace.tasks[0].tgid, trace.tasks[0].recorder_tgid);
    EXPECT_EQ(trace.checks_of("CAP_CHOWN").size(), 1u);
}

TEST_F(Running, AllThreadsOfAProcess) {
    Launch plan;
    plan.argv = {workload("threads"), "8", "2000000"};
    plan.directory = directory();
    Child process(plan);
    ASSERT_TRUE(eventually([&] {
        std::error_code error;
        return std::distance(fs::directory_iterator("/proc/" + std::to_string(process.pid()) + "/task", error), {}) ==
               9;
    }));
    Child recorder(recording({"-p", std::to_string(process.pid()), "--user-stacks=none", "--buffer-size=64M"}));
    ASSERT_TRUE(begins(recorder)) << recorder.err();
    ASSERT_TRUE(grows_to(2'000'000));
    const Trace trace = end(recorder);
    EXPECT_EQ(trace.tasks.size(), 9u);
    std::set<std::uint64_t> threads, processes;
    for (const TaskRow& task : trace.tasks) {
        EXPECT_EQ(task.flags, task_there_before);
        EXPECT_TRUE(threads.insert(task.thread).second);
        processes.insert(task.process);
    }
    EXPECT_EQ(processes.size(), 1u);
    EXPECT_EQ(trace.execs.size(), 1u) << "a program is the process's";
    EXPECT_EQ(trace.places.size(), 1u);
    std::set<std::uint64_t> asked;
    for (const CheckRow& check : trace.checks) {
        EXPECT_TRUE(threads.contains(check.thread));
        asked.insert(check.thread);
    }
    EXPECT_EQ(asked.size(), 8u);
}

TEST_F(Running, WhatIsInACgroupAndWhatComesIntoIt) {
    const TestCgroup cgroup;
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup can be made here";
    Child before(changer("before")), later(changer("later")), outside(changer("outside"));
    for (Child* child : {&before, &later, &outside})
        ASSERT_TRUE(child->wait_for_output("ready"));
    ASSERT_TRUE(cgroup.add(before.pid()));
    for (const std::string& path : {cgroup.path(), cgroup.below_mount()}) {
        Child recorder(recording({"--cgroup", path}));
        ASSERT_TRUE(begins(recorder)) << recorder.err();
        ASSERT_TRUE(cgroup.add(later.pid()));
        Launch born = changer("born");
        born.prepare = [&cgroup] { (void)cgroup.add(getpid()); };
        Child child(born);
        for (Child* each : {&before, &later, &outside, &child}) {
            const auto rounds = std::ranges::count(each->out(), '\n');
            ASSERT_TRUE(each->wait_for_output("round", static_cast<int>(rounds) + 3));
        }
        const Trace trace = end(recorder);
        // what a process that comes in has mapped is told a moment later
        Losses losses = trace.footer->losses;
        losses.user_stacks = 0;
        EXPECT_EQ(losses, Losses{}) << faults_of(trace);
        EXPECT_EQ(files_changed(trace), (std::set<std::string>{"before", "later", "born"}));
        EXPECT_EQ(trace.header.scope, RecordingScope::cgroup);
        EXPECT_EQ(trace.header.scope_names, std::vector<std::string>{cgroup.below_mount()});
        struct stat about {};
        ASSERT_EQ(stat(cgroup.path().c_str(), &about), 0);
        std::set<std::uint64_t> placed;
        for (const PlaceRow& place : trace.places)
            if (place.cgroup_id == about.st_ino && trace.string(place.cgroup) == cgroup.below_mount())
                placed.insert(place.process);
        EXPECT_GE(placed.size(), 3u);
        std::ofstream(cgroup.path() + "/../cgroup.procs") << later.pid() << std::flush;
    }
}

// A process of a recorded command changes its cgroup.
TEST_F(Running, AChangeOfTheCgroupIsToldOfACommandToo) {
    const TestCgroup cgroup;
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup can be made here";
    const Trace trace = sound({"sh", "-c", "echo $$ > " + cgroup.path() + "/cgroup.procs; true"});
    ASSERT_EQ(trace.places.size(), 2u);
    EXPECT_EQ(trace.places[0].process, trace.places[1].process);
    EXPECT_EQ(trace.string(trace.places[1].cgroup), cgroup.below_mount());
    EXPECT_NE(trace.places[0].cgroup_id, trace.places[1].cgroup_id);
    EXPECT_EQ(trace.places[0].pid_namespace, trace.places[1].pid_namespace);
}

TEST_F(Running, NewNamespacesAreTold) {
    const Trace trace = sound({"unshare", "--net", "--mount", "true"});
    ASSERT_GE(trace.places.size(), 2u);
    EXPECT_NE(trace.places.front().network_namespace, trace.places.back().network_namespace);
    EXPECT_NE(trace.places.front().mount_namespace, trace.places.back().mount_namespace);
    EXPECT_EQ(trace.places.front().pid_namespace, trace.places.back().pid_namespace);
}

// While recording begins, thousands of tasks begin and end: each check has its process, and none is there twice.
TEST_F(Running, TheWholeMachineInTheMiddleOfAStorm) {
    Launch plan;
    plan.argv = {"sh", "-c",
                 "touch f; echo ready; while :; do (chown 1:1 f & chown 2:2 f & wait) & chown 3:3 f; wait; done"};
    plan.directory = directory();
    Child one(plan), two(plan);
    ASSERT_TRUE(one.wait_for_output("ready") && two.wait_for_output("ready"));
    for (int attempt = 0; attempt < 5; ++attempt) {
        Child recorder(recording({"-a", "--user-stacks=none", "--buffer-size=256M"}));
        ASSERT_TRUE(begins(recorder)) << recorder.err();
        ASSERT_TRUE(grows_to(20'000));
        const Trace trace = end(recorder);
        EXPECT_EQ(faults_of(trace), "");
        EXPECT_EQ(trace.header.scope, RecordingScope::machine);
        std::set<std::pair<std::uint64_t, std::uint64_t>> there_before;
        std::uint64_t of_recorder = 0;
        for (const TaskRow& task : trace.tasks) {
            if (task.flags & task_there_before)
                EXPECT_TRUE(there_before.emplace(task.tid, task.start_time).second) << task.tid;
            of_recorder += task.recorder_tgid == static_cast<std::uint64_t>(recorder.pid()) ? 1 : 0;
        }
        EXPECT_EQ(of_recorder, 0u) << "the recorder does not record itself";
        EXPECT_GT(trace.checks_of("CAP_CHOWN").size(), 0u);
    }
}

// What reads the recorder's pipe is not recorded: it would go on for ever.
TEST_F(Running, WhoReadsThePipeIsLeftOut) {
    Launch plan;
    plan.argv = {"sh", "-c",
                 "$CAPREC_UNDER_TEST -a -q -d 1 --user-stacks=none -o - | (echo $BASHPID; exec python3 -c '"
                 "import os, sys\ndata = sys.stdin.buffer.read()\nopen(\"run.cap\", \"wb\").write(data)\n"
                 "os.chown(\"run.cap\", 1, 1)\nprint(os.getpid())')"};
    plan.environment = {"CAPREC_UNDER_TEST=" + recorder()};
    plan.directory = directory();
    const Ended ended = run(plan);
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Trace trace = Trace::read(trace_path());
    EXPECT_EQ(faults_of(trace), "");
    EXPECT_EQ(trace.footer->reason, EndReason::time_up);
    const auto reader = std::stoull(ended.out);
    for (const TaskRow& task : trace.tasks)
        EXPECT_NE(task.tgid, reader);
}

TEST_F(Running, WhatIsNotThereIsAnError) {
    const std::string gone = [] {
        const pid_t child = fork();
        if (child == 0)
            _exit(0);
        (void)waitpid(child, nullptr, 0);
        return std::to_string(child);
    }();
    struct Mistake {
        std::vector<std::string> options;
        const char* text;
    };
    for (const Mistake& mistake :
         {Mistake{{"-p", gone}, "there is no process"}, Mistake{{"--cgroup", "/no/such"}, "no cgroup '/no/such'"},
          Mistake{{"--unit", "no-such-unit"}, "'no-such-unit.service'"},
          Mistake{{"--container", "0123456789abcdef"}, "container '0123456789abcdef'"},
          Mistake{{"--container", "web"}, "takes the id of a container"}}) {
        const Ended ended = run(recording(mistake.options));
        EXPECT_EQ(ended.status, 125);
        EXPECT_NE(ended.err.find(mistake.text), std::string::npos) << ended.err;
        EXPECT_FALSE(fs::exists(trace_path()));
    }
}

}  // namespace
}  // namespace caprec
