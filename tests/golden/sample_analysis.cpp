// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/sample_analysis.h"

#include <cerrno>

#include "schema/capability_numbers.h"

namespace caprec {
namespace {

RunHeader header() {
    RunHeader result;
    result.recorder = "caprec 0.1.0";
    result.start = {5'000'000'000, 6'000'000'000, 1'773'480'413'000'000'000, 3600};
    result.host_name = "box";
    result.kernel_release = "6.18.5";
    result.machine = "x86_64";
    result.arch = Arch::x86_64;
    result.hook = HookKind::tracepoint;
    result.command = {"sh", "-c", "touch f; chown nobody f; nice -n -5 true"};
    return result;
}

RunFooter footer() {
    RunFooter result;
    result.end = {5'012'345'678, 6'012'345'678, 1'773'480'413'012'345'678, 3600};
    result.reason = EndReason::command_ended;
    result.target = {TargetStatus::Kind::exited, 0};
    return result;
}

Reason reason(unsigned capability, Verdict verdict, bool granted) {
    Reason result;
    result.capability = capability;
    result.verdict = verdict;
    result.granted = granted;
    result.count = 1;
    return result;
}

Reason chown_reason() {
    Reason result = reason(cap_chown, Verdict::required, true);
    result.rule = "chown";
    result.why = "only CAP_CHOWN lets a file be given away";
    result.image = "/usr/bin/chown";
    result.comm = "chown";
    result.process = 3;
    result.syscall = "fchownat";
    result.object = "f";
    result.site = "setattr_prepare";
    result.kernel_stack = {"capable_wrt_inode_uidgid+0x35", "setattr_prepare+0x1a4", "notify_change+0xf1"};
    return result;
}

Process process(std::uint64_t id, std::uint64_t parent, std::vector<std::string> argv) {
    Process result;
    result.id = id;
    result.parent = parent;
    result.tgid = static_cast<std::uint32_t>(4710 + id);
    result.image = "/usr/bin/" + argv[0];
    result.comm = argv[0];
    result.argv = std::move(argv);
    result.exec_count = result.thread_count = 1;
    result.uid_known = true;
    result.start = 5'000'000'000 + id * 1'000'000;
    result.end = result.start + 500'000;
    result.exit_status = 0;
    return result;
}

}  // namespace

Analysis chown_analysis() {
    Analysis analysis;
    analysis.run.header = header();
    analysis.run.footer = footer();
    analysis.run.first_time = 5'001'000'000;
    analysis.run.last_time = 5'012'000'000;
    analysis.run.checks = 1239;
    analysis.run.outcomes = 1200;
    analysis.run.processes = 4;

    Reason nice = reason(cap_sys_nice, Verdict::required, true);
    nice.rule = "nice";
    nice.why = "raising the priority needs CAP_SYS_NICE beyond RLIMIT_NICE";
    nice.image = "/usr/bin/nice";
    nice.comm = "nice";
    nice.process = 4;
    nice.syscall = "setpriority";
    nice.site = "set_one_prio";
    Reason overcommit = reason(cap_sys_admin, Verdict::not_needed, true);
    overcommit.count = 1237;
    overcommit.rule = "overcommit";
    overcommit.why = "asked for the reserve of memory that only matters when vm.overcommit_memory is 2";
    overcommit.image = "/usr/bin/dash";
    overcommit.comm = "sh";
    overcommit.process = 1;
    overcommit.syscall = "mmap";
    overcommit.site = "cap_vm_enough_memory";
    analysis.capabilities = {{cap_chown, Verdict::required, 1, 0, {chown_reason()}, 0, false, 1, {}},
                             {cap_sys_nice, Verdict::required, 1, 0, {nice}, 0, false, 1, {}},
                             {cap_sys_admin, Verdict::not_needed, 1237, 0, {overcommit}, 2, false, 1, {}}};
    analysis.minimal.capabilities = CapabilitySet::of({cap_chown, cap_sys_nice});
    analysis.minimal.clauses = {{{cap_chown}, cap_chown}, {{cap_sys_nice}, cap_sys_nice}};
    analysis.noise = {{overcommit.rule, overcommit.why, 1237, CapabilitySet::of({cap_sys_admin})}};
    analysis.processes = {process(1, 0, {"sh", "-c", "touch f; chown nobody f; nice -n -5 true"}),
                          process(2, 1, {"touch", "f"}), process(3, 1, {"chown", "nobody", "f"}),
                          process(4, 1, {"true"})};
    analysis.processes[2].granted = CapabilitySet::of({cap_chown});
    analysis.processes[3].granted = CapabilitySet::of({cap_sys_nice});
    for (Process& each : analysis.processes)
        each.checked = CapabilitySet::of({cap_sys_admin});
    Process& last = analysis.processes[3];
    last.exec_count = 2;
    last.programs.resize(2);
    last.programs[0].image = "/usr/bin/nice";
    last.programs[0].argv = {"nice", "-n", "-5", "true"};
    last.programs[0].granted = last.granted;
    last.programs[1].image = last.image;
    last.programs[1].argv = last.argv;
    last.programs[1].checked = last.checked;
    return analysis;
}

Analysis empty_analysis() {
    Analysis analysis;
    analysis.run.header = header();
    analysis.run.header.command = {"true"};
    analysis.run.footer = footer();
    analysis.run.processes = 1;
    analysis.processes = {process(1, 0, {"true"})};
    return analysis;
}

Analysis incomplete_analysis() {
    Analysis analysis;
    analysis.run.header = header();
    analysis.run.header.command = {"server", "--port", "80"};
    analysis.run.last_time = 65'000'000'000;
    analysis.run.checks = 4;
    analysis.run.processes = 2;
    analysis.run.kernel_symbols = false;
    analysis.run.notes = {"kernel functions have no names in this trace"};
    analysis.completeness.complete = false;
    analysis.completeness.cut = true;
    analysis.completeness.losses.checks = 12;
    analysis.completeness.problems = {"12 checks were lost: the ring buffer was full",
                                      "the trace has no end: it was cut"};

    Reason search = reason(cap_dac_read_search, Verdict::alternative, true);
    search.rule = "search";
    search.why = "either of the two lets a file be read";
    search.image = "/usr/sbin/server";
    search.comm = "server";
    search.process = 7;
    search.syscall = "openat";
    search.object = "/etc/shadow";
    Reason bind = reason(cap_net_bind_service, Verdict::missing, false);
    bind.count = 2;
    bind.rule = "failed";
    bind.why = "denied, and the syscall failed with what the denial gives";
    bind.image = "/usr/sbin/server";
    bind.comm = "server";
    bind.process = 7;
    bind.syscall = "bind";
    bind.object = "0.0.0.0:80";
    bind.error = EACCES;
    bind.site = "__inet_bind";
    Reason unknown = reason(41, Verdict::unclassified, true);
    unknown.rule = "unknown-site";
    unknown.why = "no rule knows this place of the kernel";
    unknown.comm = "worker";
    unknown.process = 9;
    unknown.outcome = NoOutcome::thread_ended;
    unknown.syscall = "ioctl";
    unknown.object = "0x8914";
    analysis.capabilities = {{cap_dac_read_search, Verdict::alternative, 1, 0, {search}, 0, false, 1, {}},
                             {cap_net_bind_service, Verdict::missing, 0, 2, {bind}, 0, false, 1, {}},
                             {41, Verdict::unclassified, 1, 0, {unknown}, 0, false, 1, {}}};
    analysis.minimal.capabilities = CapabilitySet::of({cap_dac_read_search, 41});
    analysis.minimal.clauses = {{{cap_dac_override, cap_dac_read_search}, cap_dac_read_search}, {{41}, 41}};
    analysis.minimal.unclassified = CapabilitySet::of({41});
    analysis.failures.reasons = {bind};
    Process server = process(7, 0, {"server", "--port", "80"});
    server.uid = 1000;
    server.exit_status.reset();
    server.signal = 9;
    server.granted = CapabilitySet::of({cap_dac_read_search});
    server.denied = CapabilitySet::of({cap_net_bind_service});
    Process worker;
    worker.id = 9;
    worker.parent = 8;  // the parent's start was lost
    worker.comm = "worker";
    worker.placeholder = true;
    worker.granted = CapabilitySet::of({41});
    analysis.processes = {server, worker};
    return analysis;
}

Analysis hostile_analysis() {
    const std::string evil =
        "a\x1b[31mred\x1b[0m\n\x07\"'\\\xff\xe2\x80\xaetxt.exe\xc2\x9b" + std::string(1, '\0') + "\xc3\xa9";
    Analysis analysis = chown_analysis();
    RunHeader& header = analysis.run.header;
    header.host_name = header.kernel_release = header.machine = header.recorder = evil;
    header.command = {evil, "", "it's", "A=b", "plain", std::string(100'000, 'x')};
    header.start = {~std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63, 2'000'000'000};
    header.sysctls = {{evil, evil}};
    analysis.run.footer->target = {TargetStatus::Kind::signaled, -7};
    analysis.run.footer->survivors = {{1, 2, evil}};
    analysis.run.footer->survivor_count = ~std::uint64_t{0};
    analysis.run.notes = {evil};
    analysis.completeness.complete = false;
    analysis.completeness.problems = {evil};
    Reason& reason = analysis.capabilities[0].reasons[0];
    reason.image = reason.comm = reason.object = reason.site = evil;
    reason.kernel_stack = {evil};
    reason.object_truncated = true;
    reason.error = 4000;
    reason.count = ~std::uint64_t{0};
    analysis.failures.reasons = {reason};
    for (Process& process : analysis.processes) {
        process.comm = process.image = evil;
        process.argv = {evil, "\xf0\x9f\x98\x80"};
    }
    Process& many = analysis.processes[3];
    many.exec_count = 40;
    many.programs.resize(Process::max_programs + 1);  // with the entry for the time before the first exec
    many.programs[0].granted = CapabilitySet::of({cap_chown});
    many.programs[0].denied = CapabilitySet::of({cap_net_bind_service});
    many.programs[2].image = evil;
    many.programs[3].argv = {evil, std::string(200, 'x')};
    many.programs[3].argv_truncated = true;
    many.programs_left_out = 24;
    many.left_out.granted = CapabilitySet::of({cap_sys_nice});
    analysis.processes[1].parent = 2;  // itself
    analysis.processes[2].parent = 4;  // a later one
    analysis.processes[3].signal = 64;
    analysis.processes[3].exit_status.reset();
    return analysis;
}

}  // namespace caprec
