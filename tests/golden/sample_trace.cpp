// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/sample_trace.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "schema/capability_numbers.h"

namespace caprec {
namespace {

const std::string evil_text = "\x1b[31m\n\xff\xe2\x80\xae;\"'";

// Adds a check as TraceBuilder::check does, with an object, in the middle of its syscall.
void check_on(TraceBuilder& trace, std::uint64_t thread, unsigned capability, bool granted, std::string_view syscall,
              std::initializer_list<std::string_view> symbols, std::int64_t value, std::string_view path) {
    CheckRow row;
    row.thread = thread;
    row.capability = capability;
    row.result = granted ? 0 : static_cast<std::uint64_t>(-EPERM);
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = NamespaceId(1);
    row.credential = trace.credential(granted ? 0 : 1000, CapabilitySet(granted ? std::uint64_t{1} << capability : 0));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = syscall_number(Abi::x86_64, syscall).value();
    row.syscall_sequence = 1000 + capability;
    row.stack = trace.stack(symbols);
    row.object = trace.object(path);
    row.key = 5000 + capability;
    trace.add(row);
    trace.returns(row, value);
}

void overcommit(TraceBuilder& trace, std::uint64_t thread) {
    trace.check(thread, cap_sys_admin, true, "mmap",
                {"cap_capable", "cap_vm_enough_memory", "security_vm_enough_memory_mm", "mmap_region"}, 0x7f0000000000);
}

void fill(TraceBuilder& trace) {
    trace.process(1, 0, "sh");
    trace.exec(1, "/usr/bin/dash", {"sh", "-c", "touch f; chown nobody f; nice -n -5 true"});
    overcommit(trace, 1);
    trace.process(2, 1, "sh");
    trace.exec(2, "/usr/bin/touch", {"touch", "f"});
    overcommit(trace, 2);
    trace.exit(2, 0);
    trace.process(3, 1, "sh");
    trace.exec(3, "/usr/bin/chown", {"chown", "nobody", "f"});
    overcommit(trace, 3);
    check_on(trace, 3, cap_chown, true, "fchownat",
             {"cap_capable", "ns_capable", "capable_wrt_inode_uidgid", "setattr_prepare", "notify_change"}, 0, "f");
    trace.exit(3, 0);
    trace.process(4, 1, "sh");
    trace.exec(4, "/usr/bin/nice", {"nice", "-n", "-5", "true"});
    trace.check(4, cap_sys_nice, true, "setpriority",
                {"cap_capable", "capable", "set_one_prio", "__do_sys_setpriority"}, 0);
    trace.exec(4, "/usr/bin/true", {"true"});
    trace.exit(4, 0);
    trace.exit(1, 0);
}

// Runs of different commands are different runs.
RunHeader header(std::vector<std::string> command) {
    RunHeader result = plausible_header();
    for (const std::string& argument : command)
        for (const char letter : argument)
            result.run_id[0] = static_cast<std::uint8_t>(31 * result.run_id[0] + static_cast<unsigned char>(letter));
    result.command = std::move(command);
    return result;
}

const std::vector<std::string> chown_command = {"sh", "-c", "touch f; chown nobody f; nice -n -5 true"};

RunFooter plain_footer() {
    RunFooter footer;
    footer.end = {1'250'000'000, 1'750'000'000, 1'750'000'000'250'000'000, 3600};
    footer.reason = EndReason::command_ended;
    footer.target = {TargetStatus::Kind::exited, 0};
    return footer;
}

}  // namespace

Bytes chown_trace() {
    TraceBuilder trace(header(chown_command));
    fill(trace);
    RunFooter footer = plain_footer();
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 5;
    footer.tasks_followed = 4;
    return trace.finish(footer);
}

Bytes denied_trace() {
    TraceBuilder trace(header({"server", "--port", "80"}));
    trace.process(1, 0, "server");
    trace.exec(1, "/usr/sbin/server", {"server", "--port", "80"});
    trace.process(2, 1, "helper");
    check_on(trace, 1, cap_net_bind_service, false, "bind", {"cap_capable", "ns_capable", "inet_bind", "__sys_bind"},
             -EACCES, "0.0.0.0:80");
    trace.exit(1, 1 << 8);
    RunFooter footer = plain_footer();
    footer.target.value = 1;
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 1;
    footer.survivors = {{2, 1002, "helper"}};
    footer.survivor_count = 1;
    return trace.finish(footer);
}

Bytes lossy_trace() {
    TraceBuilder trace(header(chown_command));
    fill(trace);
    RunFooter footer = plain_footer();
    footer.losses.checks = 12;
    footer.checks_made = 17;
    footer.checks_recorded = 5;
    return trace.finish(footer);
}

Bytes cut_trace() {
    TraceBuilder trace(header(chown_command));
    fill(trace);
    return trace.cut();
}

Bytes damaged_trace() {
    Bytes bytes = chown_trace();
    bytes[bytes.size() - 20] ^= std::byte{0x10};
    return bytes;
}

Bytes hostile_trace() {
    TraceBuilder trace(header({evil_text, "$(reboot)"}));
    trace.process(1, 0, evil_text);
    trace.exec(1, "/tmp/" + evil_text, {evil_text, "$(reboot)"});
    check_on(trace, 1, cap_chown, true, "fchownat", {evil_text, "capable_wrt_inode_uidgid", "setattr_prepare"}, 0,
             evil_text);
    trace.exit(1, 9);
    RunFooter footer = plain_footer();
    footer.target = {TargetStatus::Kind::signaled, 9};
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 1;
    return trace.finish(footer);
}

Bytes daemon_trace() {
    TraceBuilder trace(header({"daemon", "--port", "80"}));
    trace.process(1, 0, "daemon");
    trace.exec(1, "/usr/sbin/daemon", {"daemon", "--port", "80"});
    overcommit(trace, 1);
    check_on(trace, 1, cap_net_bind_service, true, "bind", {"cap_capable", "ns_capable", "__inet_bind"}, 0,
             "0.0.0.0:80");
    check_on(trace, 1, cap_dac_read_search, true, "openat", {"cap_capable", "generic_permission", "may_open"}, 3,
             "/etc/ssl/private/key");
    trace.check(1, cap_setpcap, true, "capset", {"cap_capable", "cap_capset", "security_capset"}, 0);
    CredentialChangeRow drop;
    drop.thread = 1;
    drop.before = trace.credential(0, CapabilitySet(0xffff));
    drop.after = trace.credential(33, CapabilitySet());
    drop.abi = static_cast<std::uint64_t>(Abi::x86_64);
    drop.syscall = syscall_number(Abi::x86_64, "setuid").value();
    trace.add(drop);
    trace.process(2, 1, "daemon");
    trace.exec(2, "/usr/lib/daemon/worker", {"worker"});
    check_on(trace, 2, cap_net_bind_service, false, "bind", {"cap_capable", "ns_capable", "__inet_bind"}, -EACCES,
             "0.0.0.0:81");
    trace.check(2, cap_sys_nice, false, "sched_setattr", {"cap_capable", "user_check_sched_setscheduler"}, 0);
    trace.check(2, cap_net_admin, true, "setsockopt", {"cap_capable", "a_place_that_nobody_knows"}, 0);
    trace.exit(2, 1 << 8);
    trace.exit(1, 0);
    RunFooter footer = plain_footer();
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 7;
    return trace.finish(footer);
}

Bytes nameless_trace() {
    RunHeader facts = header({"chown", "nobody", "f"});
    facts.symbol_source = SymbolSource::none;
    TraceBuilder trace(facts);
    trace.process(1, 0, "chown");
    trace.exec(1, "/usr/bin/chown", {"chown", "nobody", "f"});
    check_on(trace, 1, cap_chown, true, "fchownat", {"", ""}, 0, "f");
    trace.check(1, cap_net_admin, true, "sendmsg", {}, 20);
    trace.exit(1, 0);
    RunFooter footer = plain_footer();
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 2;
    return trace.finish(footer);
}

namespace {

TaskRow task(TraceBuilder& trace, TaskKind kind, std::uint64_t thread, std::uint64_t process, std::uint64_t pid,
             std::uint64_t tid) {
    TaskRow row;
    row.creator = 1;
    row.thread = thread;
    row.process = process;
    row.kind = static_cast<std::uint64_t>(kind);
    row.comm = trace.string("task");
    row.recorder_tgid = pid;
    row.recorder_tid = tid;
    return row;
}

}  // namespace

Bytes task_trace() {
    TraceBuilder trace(header({"server"}));
    trace.process(1, 0, "sh");
    trace.exec(1, "/usr/sbin/server", {"server"});
    trace.process(2, 1, "server");
    overcommit(trace, 2);
    trace.exit(2, 9);
    trace.add(task(trace, TaskKind::process, 3, 3, 1002, 1002));
    overcommit(trace, 3);
    trace.exec(3, "/usr/lib/server/first", {"first"});
    trace.exec(3, "/usr/lib/server/second", {"second", "a b"});
    overcommit(trace, 3);
    trace.exit(3, 3 << 8);
    trace.add(task(trace, TaskKind::thread, 4, 1, 1001, 1004));
    trace.add(task(trace, TaskKind::io_worker, 5, 1, 1001, 1005));
    RenameRow rename;
    rename.thread = 4;
    rename.comm = trace.string("pool-1");
    trace.add(rename);
    overcommit(trace, 4);
    overcommit(trace, 5);
    ExitRow thread_end;
    thread_end.thread = 4;
    thread_end.process = 1;
    trace.add(thread_end);
    overcommit(trace, 9);  // nobody saw its start
    trace.exec(9, "/usr/bin/late", {"late"});
    RunFooter footer = plain_footer();
    footer.target = {TargetStatus::Kind::running, 0};
    footer.losses.processes = 1;
    footer.checks_made = footer.checks_recorded = footer.outcomes_recorded = 6;
    return trace.finish(footer);
}

namespace {

CheckRow check_of(TraceBuilder& trace, UserStackId user_stack, std::uint64_t sequence) {
    CheckRow row;
    row.thread = 1;
    row.capability = cap_chown;
    row.flags = check_real_credential | check_current_credential | check_walked;
    row.target_namespace = NamespaceId(1);
    row.credential = trace.credential(0, CapabilitySet(1));
    row.abi = static_cast<std::uint64_t>(Abi::x86_64);
    row.syscall = syscall_number(Abi::x86_64, "fchownat").value();
    row.syscall_sequence = row.key = sequence;
    row.stack = trace.stack({"cap_capable", "setattr_prepare", "notify_change"});
    row.user_stack = user_stack;
    return row;
}

// The stacks are walks along frame pointers, so that the files need not be there.
UserStackId called_from(TraceBuilder& trace, std::initializer_list<UserPointer> places) {
    UserStack stack;
    stack.kind = UserStackKind::frame_pointers;
    for (const UserPointer place : places)
        stack.pointers.push_back(encode(place));
    return trace.writer().define(stack);
}

}  // namespace

Bytes caller_trace() {
    TraceBuilder trace(header({"app"}));
    const std::string build_id("\xab\xcd\x01\x02", 4);
    const CodeLines lines{
        "/opt/no/such/app",
        build_id,
        {{0x100, {{"std::vector<int>::at(unsigned long)", "vector.h", 99}, {"change;owner", "src/own.c", 12}}},
         {0x1ff, {{"main", "src/main.c", 7}}},
         {0x2ff, {{"other\x1b[2J", "src/main.c", 30}}}}};
    trace.writer().code_lines({&lines, 1});
    const ModuleId app = trace.writer().define(Module{trace.string("/opt/no/such/app"), ModuleKind::user, build_id});
    const ModuleId libc = trace.writer().define(Module{trace.string("/opt/no/such/libc.so.6"), ModuleKind::user, ""});
    trace.process(1, 0, "app");
    trace.exec(1, "/opt/no/such/app", {"app"});
    trace.add(check_of(trace, called_from(trace, {{app, 0x100}, {app, 0x200}, {libc, 0x1234}}), 1));
    trace.add(check_of(trace, called_from(trace, {{app, 0x100}, {app, 0x300}, {libc, 0x1234}}), 2));
    trace.add(check_of(trace, called_from(trace, {{app, 0x100}, {app, 0x200}, {libc, 0x1234}}), 3));
    trace.add(check_of(trace, UserStackId(), 4));
    trace.exit(1, 0);
    RunFooter footer = plain_footer();
    footer.checks_made = footer.checks_recorded = 4;
    return trace.finish(footer);
}

Bytes idle_trace() {
    TraceBuilder trace(header({"true"}));
    trace.process(1, 0, "true");
    trace.exec(1, "/usr/bin/true", {"true"});
    trace.exit(1, 0);
    return trace.finish(plain_footer());
}

Bytes unrun_trace() {
    TraceBuilder trace(header({"no-such-program"}));
    trace.process(1, 0, "caprec");
    trace.exit(1, 127 << 8);
    RunFooter footer = plain_footer();
    footer.target = {TargetStatus::Kind::not_executed, 2};
    return trace.finish(footer);
}

Bytes real_trace() {
    std::ifstream file(CAPREC_SOURCE_DIR "/samples/chown-nice.cap", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

}  // namespace caprec
