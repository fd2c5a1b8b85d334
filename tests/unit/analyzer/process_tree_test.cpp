// SPDX-License-Identifier: Apache-2.0
#include "analyzer/processes/process_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "analyzer/analysis/image_name.h"
#include "tests/support/merged_traces.h"
#include "tests/unit/analyzer/trace_text.h"

namespace caprec {
namespace {

constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();

void add_thread(TraceBuilder& trace, std::uint64_t thread, std::uint64_t process, TaskKind kind = TaskKind::thread) {
    TaskRow row;
    row.creator = row.process = process;
    row.thread = thread;
    row.kind = static_cast<std::uint64_t>(kind);
    row.comm = trace.string("worker");
    row.recorder_tgid = 1000 + process;
    row.recorder_tid = 1000 + thread;
    trace.add(row);
}

void end_thread(TraceBuilder& trace, std::uint64_t thread, std::uint64_t process, bool last, std::uint64_t status = 0) {
    ExitRow row;
    row.thread = thread;
    row.process = process;
    row.status = status;
    row.last = last ? 1 : 0;
    trace.add(row);
}

TEST(ProcessTree, ChildInheritsWhatItsParentRuns) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh", "-c", "true"});
    trace.process(2, 1, "sh");
    trace.exit(2, 3 << 8);
    trace.exit(1, 9);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.processes.size(), 2u);
    const Process& child = analysis.processes[1];
    EXPECT_EQ(child.parent, 1u);
    EXPECT_EQ(child.image, "/bin/sh");
    EXPECT_EQ(child.argv, (std::vector<std::string>{"sh", "-c", "true"}));
    EXPECT_EQ(child.exec_count, 0u);
    EXPECT_EQ(child.exit_status, 3);
    EXPECT_FALSE(child.signal);
    EXPECT_EQ(analysis.processes[0].signal, 9);
    EXPECT_FALSE(analysis.processes[0].exit_status);
    EXPECT_EQ(analysis.processes[0].parent, 0u);
}

TEST(ProcessTree, ExecFromAThreadThatIsNotTheLeader) {
    TraceBuilder trace;
    trace.process(1, 0, "multi");
    trace.exec(1, "/bin/multi", {"multi"});
    add_thread(trace, 2, 1);
    end_thread(trace, 1, 1, false);  // the leader is killed by the exec of thread 2
    ExecRow exec;
    exec.thread = 2;
    exec.process = 1;
    exec.path = trace.string("/bin/new");
    exec.arguments = trace.string(std::string("new\0", 4));
    exec.arguments_length = 4;
    trace.add(exec);
    trace.check(2, 0, true, "chown", {"cap_capable", "capable", "setattr_prepare"}, 0);
    end_thread(trace, 2, 1, true, 5 << 8);
    const Bytes bytes = trace.finish();

    const Analysis analysis = analyze_bytes(bytes);
    ASSERT_EQ(analysis.processes.size(), 1u);
    EXPECT_EQ(analysis.processes[0].image, "/bin/new");
    EXPECT_EQ(analysis.processes[0].exec_count, 2u);
    EXPECT_EQ(analysis.processes[0].thread_count, 2u);
    EXPECT_EQ(analysis.processes[0].exit_status, 5);
    EXPECT_FALSE(analysis.processes[0].placeholder);
    EXPECT_EQ(checks_of(bytes).at(0).image, "/bin/new");
    EXPECT_EQ(checks_of(bytes).at(0).process, 1u);
}

TEST(ProcessTree, ChecksBelongToTheImageOfTheirTime) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/first", {"first"});
    trace.check(1, 0, true, "chown", {"cap_capable", "setattr_prepare"}, 0);
    trace.exec(1, "/bin/second", {"second"});
    trace.check(1, 0, true, "chown", {"cap_capable", "setattr_prepare"}, 0);
    const auto checks = checks_of(trace.finish());
    ASSERT_EQ(checks.size(), 2u);
    EXPECT_EQ(checks[0].image, "/bin/first");
    EXPECT_EQ(checks[1].image, "/bin/second");
}

TEST(ProcessTree, VforkChildRunsItsOwnImage) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.process(2, 1, "sh");
    trace.exec(2, "/bin/ls", {"ls"});
    trace.exit(2, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(find_process(analysis, 1)->image, "/bin/sh");
    EXPECT_EQ(find_process(analysis, 2)->image, "/bin/ls");
}

TEST(ProcessTree, LeaderEndsBeforeItsThread) {
    TraceBuilder trace;
    trace.process(1, 0, "multi");
    add_thread(trace, 2, 1);
    end_thread(trace, 1, 1, false);
    trace.check(2, 0, true, "chown", {"cap_capable", "setattr_prepare"}, 0);
    const auto end = trace.add(RenameRow{.thread = 2, .comm = trace.string("late")});
    EXPECT_GT(end, 0u);
    end_thread(trace, 2, 1, true, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.processes.size(), 1u);
    EXPECT_TRUE(analysis.processes[0].granted.contains(0));
    EXPECT_EQ(analysis.processes[0].comm, "multi");  // a thread's name is not its process's
    EXPECT_EQ(analysis.processes[0].exit_status, 0);
}

TEST(ProcessTree, APidUsedAgainIsAnotherProcess) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    for (const std::uint64_t id : {2, 3}) {
        TaskRow row;
        row.creator = 1;
        row.thread = row.process = id;
        row.recorder_tgid = row.recorder_tid = 777;
        row.comm = trace.string(id == 2 ? "old" : "new");
        trace.add(row);
        trace.exit(id, id << 8);
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.processes.size(), 3u);
    EXPECT_EQ(find_process(analysis, 2)->tgid, find_process(analysis, 3)->tgid);
    EXPECT_EQ(find_process(analysis, 2)->exit_status, 2);
    EXPECT_EQ(find_process(analysis, 3)->exit_status, 3);
    EXPECT_EQ(find_process(analysis, 3)->comm, "new");
}

TEST(ProcessTree, UnknownThreadsGetPlaceholders) {
    TraceBuilder trace;
    trace.check(70, 0, true, "chown", {"cap_capable", "setattr_prepare"}, 0);
    trace.process(90, 80, "orphan");
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.processes.size(), 3u);
    EXPECT_TRUE(find_process(analysis, 70)->placeholder);
    EXPECT_TRUE(find_process(analysis, 80)->placeholder);
    EXPECT_FALSE(find_process(analysis, 90)->placeholder);
    EXPECT_EQ(find_process(analysis, 90)->parent, 80u);
    EXPECT_TRUE(find_process(analysis, 70)->granted.contains(0));
}

TEST(ProcessTree, ChecksAfterTheExitStillFindTheirProcess) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.exit(1, 0);
    CheckRow row;
    row.thread = 1;
    row.capability = 21;
    row.flags = check_real_credential | check_exiting | check_walked;
    row.abi = 1;
    trace.add(row);
    const auto checks = checks_of(trace.finish());
    ASSERT_EQ(checks.size(), 1u);
    EXPECT_EQ(checks[0].process, 1u);
    EXPECT_EQ(checks[0].image, "/bin/sh");
    EXPECT_EQ(checks[0].outcome, NoOutcome::thread_ended);
}

TEST(ProcessTree, AFileCannotMakeACycle) {
    TraceBuilder trace;
    trace.process(5, 6, "a");
    trace.process(6, 5, "b");
    trace.process(7, 7, "self");
    const Analysis analysis = analyze_bytes(trace.finish());
    for (const Process& process : analysis.processes)
        EXPECT_LT(process.parent, process.id);
    EXPECT_EQ(find_process(analysis, 6)->parent, 5u);
}

TEST(ProcessTree, EffectiveUidIsTheNewestKnown) {
    TraceBuilder trace;
    TaskRow row;
    row.thread = row.process = 1;
    row.credential = trace.credential(0, CapabilitySet(1));
    trace.add(row);
    trace.add(
        CredentialChangeRow{.thread = 1, .before = row.credential, .after = trace.credential(1000, CapabilitySet())});
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_TRUE(analysis.processes[0].uid_known);
    EXPECT_EQ(analysis.processes[0].uid, 1000u);
}

TEST(ProcessTree, IoWorkersAreCountedApart) {
    TraceBuilder trace;
    trace.process(1, 0, "ring");
    add_thread(trace, 2, 1, TaskKind::io_worker);
    add_thread(trace, 3, 1);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.run.io_workers, 1u);
    EXPECT_EQ(analysis.run.threads, 2u);
    EXPECT_EQ(analysis.processes[0].thread_count, 2u);
}

TEST(ProcessTree, OnlySurvivorsAreAliveAtTheEnd) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.process(2, 1, "daemon");
    trace.process(3, 1, "exit was lost");
    trace.exit(1, 0);
    RunFooter footer;
    footer.survivors = {{.process = 2, .tgid = 1002, .comm = "daemon"}};
    footer.survivor_count = 1;
    const Analysis analysis = analyze_bytes(trace.finish(footer));
    EXPECT_FALSE(find_process(analysis, 1)->alive_at_end);
    EXPECT_TRUE(find_process(analysis, 2)->alive_at_end);
    EXPECT_FALSE(find_process(analysis, 3)->alive_at_end);
}

TEST(ProcessTree, ArgvOfAnyShape) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    ExecRow row;
    row.thread = row.process = 1;
    row.given = trace.string("./given");
    row.arguments = trace.string(std::string("a\0\0b", 4));  // an empty argument, and no NUL at the end
    row.arguments_length = 5000;
    trace.add(row);
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.processes[0].argv, (std::vector<std::string>{"a", "", "b"}));
    EXPECT_TRUE(analysis.processes[0].argv_truncated);
    EXPECT_EQ(analysis.processes[0].image, "./given");  // the resolved path was lost
}

TEST(ProcessTree, AbsurdNumbersAreOnlyNumbers) {
    TraceBuilder trace;
    for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1} << 63, huge}) {
        TaskRow task{.time = huge,
                     .creator = id,
                     .thread = id,
                     .process = id,
                     .kind = id,
                     .credential = CredentialId(id),
                     .comm = StringId(id),
                     .recorder_tgid = id};
        trace.add(task);
        trace.add(ExecRow{.time = 1,
                          .thread = id,
                          .process = id,
                          .path = StringId(id),
                          .arguments = StringId(id),
                          .after = CredentialId(id)});
        trace.add(RenameRow{.thread = id, .comm = StringId(id)});
        trace.add(CredentialChangeRow{.thread = id, .after = CredentialId(id)});
        trace.add(ExitRow{.thread = id, .process = id, .status = id, .last = id});
        trace.add(ExitRow{.thread = id, .process = id, .status = id, .last = id});
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    EXPECT_EQ(analysis.processes.size(), 2u);  // 0 is nobody
    EXPECT_EQ(analysis.run.last_time, huge);
}

const std::initializer_list<std::string_view> chown_stack = {"cap_capable", "capable", "setattr_prepare"};

TEST(ProcessTree, EachProgramHasItsOwnCapabilities) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/usr/bin/nice", {"nice", "-n", "-5", "true"});
    trace.check(1, 23, true, "setpriority", {"cap_capable", "capable", "set_one_prio"}, 0);
    trace.exec(1, "/usr/bin/true", {"true"});
    trace.check(1, 0, false, "fchownat", chown_stack, -1);
    const Process process = analyze_bytes(trace.finish()).processes.at(0);
    ASSERT_EQ(process.programs.size(), 2u);
    const Program &nice = process.programs[0], &next = process.programs[1];
    EXPECT_EQ(nice.image, "/usr/bin/nice");
    EXPECT_EQ(nice.argv, (std::vector<std::string>{"nice", "-n", "-5", "true"}));
    EXPECT_EQ(nice.granted.members(), std::vector<unsigned>{23});
    EXPECT_TRUE(nice.denied.empty());
    EXPECT_EQ(nice.checked.members(), std::vector<unsigned>{23});
    EXPECT_EQ(next.image, "/usr/bin/true");
    EXPECT_EQ(next.argv, std::vector<std::string>{"true"});
    EXPECT_TRUE(next.granted.empty());
    EXPECT_EQ(next.denied.members(), std::vector<unsigned>{0});
    EXPECT_EQ(process.granted.members(), std::vector<unsigned>{23});
    EXPECT_EQ(process.denied.members(), std::vector<unsigned>{0});
    EXPECT_EQ(process.checked.members(), (std::vector<unsigned>{0, 23}));
    EXPECT_EQ(process.image, "/usr/bin/true");
    EXPECT_EQ(process.programs_left_out, 0u);
}

TEST(ProcessTree, WhatAForkAsksBeforeItsExecIsAnEntryOfItsOwn) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"});
    trace.process(2, 1, "sh");
    trace.check(2, 0, true, "fchownat", chown_stack, 0);
    trace.exec(2, "/bin/ls", {"ls"});
    trace.process(3, 1, "sh");
    trace.check(3, 21, true, "brk", {"cap_capable", "cap_vm_enough_memory"}, 0);  // noise: no entry
    trace.exec(3, "/bin/ls", {"ls"});
    trace.process(4, 1, "sh");
    trace.check(4, 0, true, "fchownat", chown_stack, 0);  // never execs
    const Analysis analysis = analyze_bytes(trace.finish());
    const Process& child = *find_process(analysis, 2);
    ASSERT_EQ(child.programs.size(), 2u);
    EXPECT_TRUE(child.programs[0].image.empty());
    EXPECT_TRUE(child.programs[0].argv.empty());
    EXPECT_TRUE(child.programs[0].granted.contains(0));
    EXPECT_EQ(child.programs[1].image, "/bin/ls");
    EXPECT_TRUE(child.programs[1].granted.empty());
    EXPECT_TRUE(child.granted.contains(0));
    EXPECT_TRUE(find_process(analysis, 1)->granted.empty());
    EXPECT_TRUE(find_process(analysis, 3)->programs.empty());
    EXPECT_TRUE(find_process(analysis, 3)->checked.contains(21));
    EXPECT_TRUE(find_process(analysis, 4)->programs.empty());
    EXPECT_TRUE(find_process(analysis, 4)->granted.contains(0));
}

TEST(ProcessTree, AnOutcomeThatComesAfterAnExecGoesToTheProgramOfTheCheck) {
    TraceBuilder trace;
    trace.process(1, 0, "multi");
    trace.exec(1, "/bin/first", {"first"});
    add_thread(trace, 2, 1);
    CheckRow row = trace.check(2, 0, true, "fchownat", chown_stack, 0);
    row.capability = 1;
    row.credential = trace.credential(0, CapabilitySet(1u << 1));
    ++row.syscall_sequence;
    trace.add(row);  // still in its syscall when thread 1 calls exec
    trace.exec(1, "/bin/second", {"second"});
    trace.returns(row, 0);
    const Process process = analyze_bytes(trace.finish()).processes.at(0);
    ASSERT_EQ(process.programs.size(), 2u);
    EXPECT_EQ(process.programs[0].granted.members(), (std::vector<unsigned>{0, 1}));
    EXPECT_TRUE(process.programs[1].checked.empty());
}

TEST(ProcessTree, ProgramsOfOneProcessAreBounded) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    constexpr std::uint32_t count = 30;
    for (std::uint32_t i = 1; i <= count; ++i) {
        trace.exec(1, "/bin/" + std::to_string(i), {std::to_string(i)});
        trace.check(1, i, true, "fchownat", {"cap_capable", "nobody_knows"}, 0);
    }
    const Process process = analyze_bytes(trace.finish()).processes.at(0);
    EXPECT_EQ(process.exec_count, count);
    ASSERT_EQ(process.programs.size(), Process::max_programs);
    EXPECT_EQ(process.programs_left_out, count - Process::max_programs);
    std::uint64_t between = 0;
    for (std::uint32_t i = 1; i <= count; ++i) {
        if (i >= Process::max_programs && i < count) {
            between |= std::uint64_t{1} << i;
            continue;
        }
        const Program& program = process.programs[std::min<std::size_t>(i, Process::max_programs) - 1];
        EXPECT_EQ(program.image, "/bin/" + std::to_string(i));
        EXPECT_EQ(program.granted.members(), std::vector<unsigned>{i});
    }
    EXPECT_EQ(process.left_out.granted.bits(), between);
    EXPECT_EQ(process.granted.members().size(), count);
}

TEST(ProcessTree, ProgramsOfManyProcessesAreBounded) {
    TraceBuilder trace;
    const std::string argument(4000, 'x');
    constexpr std::uint64_t count = ProcessTree::max_program_bytes / 8000 + 100;
    for (std::uint64_t id = 1; id <= count; ++id) {
        trace.process(id, 0, "sh");
        trace.exec(id, "/bin/a", {argument});
        trace.exec(id, "/bin/b", {argument});
    }
    const Analysis analysis = analyze_bytes(trace.finish());
    ASSERT_EQ(analysis.processes.size(), count);
    std::size_t bytes = 0;
    for (const Process& process : analysis.processes) {
        EXPECT_TRUE(process.programs.empty() || process.programs.size() == 2u);
        for (const Program& program : process.programs)
            bytes += program.argv.at(0).size();
    }
    EXPECT_LE(bytes, ProcessTree::max_program_bytes);
    EXPECT_GT(bytes, ProcessTree::max_program_bytes / 2);
    EXPECT_TRUE(analysis.processes.back().programs.empty());
    EXPECT_EQ(analysis.processes.back().exec_count, 2u);
}

TEST(ProcessTree, TextOfManyProcessesIsBounded) {
    TraceBuilder trace;
    trace.process(1, 0, "sh");
    const std::string argument(4000, 'x');
    trace.exec(1, "/bin/sh", {argument});
    constexpr std::uint64_t count = ProcessTree::max_text_bytes / 4000 + 100;
    for (std::uint64_t id = 2; id < count; ++id)
        trace.process(id, 1, "sh");
    const Analysis analysis = analyze_bytes(trace.finish());
    std::size_t bytes = 0;
    for (const Process& process : analysis.processes)
        for (const std::string& each : process.argv)
            bytes += each.size();
    EXPECT_LE(bytes, ProcessTree::max_text_bytes);
    EXPECT_GT(bytes, ProcessTree::max_text_bytes / 2);
    EXPECT_TRUE(analysis.completeness.limits_reached);
    EXPECT_FALSE(analysis.completeness.complete);
}

// It is not known where a program ran that was executed by one that the caller may not trace.
TEST(ProcessTree, WhereAProgramRanMayBeWithheld) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/old", {"sh"}, {});
    trace.process(2, 1, "su");
    trace.exec(2, "", {}, {.flags = exec_withheld});
    trace.check(2, 0, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    const Analysis analysis = analyze_bytes(trace.finish());
    const std::string hidden = image_name("(withheld)", {.unknown = true});
    EXPECT_EQ(analysis.images, (std::vector<std::string>{hidden, "/bin/old"}));
    EXPECT_EQ(image_label(hidden), "(withheld) (in a place that is withheld)");
    EXPECT_TRUE(parse_image(hidden).place.unknown);
}

// Equal paths of different files are told apart by their places; when that does not tell, a note says so.
TEST(ProcessTree, AProgramIsMoreThanItsPath) {
    TraceBuilder trace(plausible_header());
    trace.process(1, 0, "sh");
    trace.exec(1, "/bin/sh", {"sh"}, {.flags = exec_placed});
    const auto run = [&](std::uint64_t process, std::uint64_t place, std::uint64_t inode, std::string_view content) {
        ExecRow file{.flags = exec_placed | place};
        file.inode = inode;
        file.content = trace.string(content);
        file.file_state = file_build_id;
        trace.process(process, 1, "sh");
        trace.exec(process, "/bin/tool", {"tool"}, file);
        trace.check(process, process == 2 ? 0 : 5, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    };
    run(2, 0, 10, "one");
    run(3, exec_other_root, 11, "two");
    run(4, exec_other_root, 12, "three");
    run(5, exec_other_root, 11, "two");
    run(6, exec_other_mounts, 10, "one");
    run(7, exec_other_mounts, 20, "one");
    const Bytes bytes = trace.finish();
    const Analysis analysis = analyze_bytes(bytes);
    const std::string other_root = image_name("/bin/tool", {.other_root = true}),
                      other_mounts = image_name("/bin/tool", {.other_mounts = true});
    EXPECT_EQ(analysis.images, (std::vector<std::string>{"/bin/sh", "/bin/tool", other_mounts, other_root}));
    EXPECT_EQ(find_process(analysis, 3)->image, other_root);
    ASSERT_NE(find_process(analysis, 3)->file, 0u);
    EXPECT_EQ(analysis.program_files.at(find_process(analysis, 3)->file - 1).content, "two");
    EXPECT_EQ(find_process(analysis, 3)->file, find_process(analysis, 5)->file);
    EXPECT_NE(find_process(analysis, 3)->file, find_process(analysis, 4)->file);
    std::string notes;
    for (const std::string& note : analysis.run.notes)
        notes += note + '\n';
    EXPECT_NE(notes.find("/bin/tool (in another root): 2 different files ran"), std::string::npos) << notes;
    EXPECT_EQ(notes.find("mount namespace"), std::string::npos) << "the same program, copied";

    const Bytes sum = merge_traces({&bytes, 1});
    const Analysis merged = analyze_bytes(sum);
    std::vector<ProgramFile> files = analysis.program_files;
    std::ranges::sort(files);
    EXPECT_EQ(merged.program_files, files);
    ASSERT_EQ(merged.run.notes.size(), analysis.run.notes.size()) << "what the run said is not said again";
    EXPECT_TRUE(merged.run.notes[0].ends_with(analysis.run.notes[0]));
    EXPECT_EQ(merge_traces({&sum, 1}), sum);
}

}  // namespace
}  // namespace caprec
