// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sample_traces.h"

#include "tests/support/merged_traces.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

// Two processes, a grant and a denial that made a syscall fail.
void two_processes(TraceBuilder& builder) {
    builder.process(1, 0, "sh");
    builder.exec(1, "/bin/sh", {"sh", "-c", "chown nobody f"});
    builder.process(2, 1, "sh");
    builder.exec(2, "/bin/chown", {"chown", "nobody", "f"});
    CheckRow check = builder.check(2, 0, true, "fchownat", {"cap_capable", "capable_wrt_inode_uidgid", "chown_ok"}, 0);
    check.object = builder.object("f");
    check.syscall_sequence += 1000;
    builder.add(check);
    builder.check(2, 23, false, "setpriority", {"cap_capable", "capable", "set_one_prio"}, -13);
    builder.exit(2, 0);
    builder.exit(1, 0);
}

UserStack user_stack(ModuleId module) {
    UserStack stack;
    stack.kind = UserStackKind::snapshot;
    stack.flags = user_stack_cut;
    stack.bytes = 4096;
    stack.registers.assign(17, 0);
    stack.registers[6] = encode({ModuleId(), 64});
    stack.registers[7] = encode({ModuleId(), 0});
    stack.registers[16] = encode({module, 0x123});
    stack.places = {1, 8, 511};
    stack.pointers = {encode({module, 0x456}), encode({ModuleId(), 128}), encode({module, 0x789})};
    return stack;
}

void file_of(TraceBuilder& builder) {
    const std::string bytes(
        "\x7f"
        "ELF\0\0\0\0",
        8);
    builder.writer().file_part({"[vdso]", "", 8192, 0, 8, Compression::none, bytes});
    const CodeLines lines{"/lib/libc.so.6", std::string("\x01\x02", 2), {{0x123, {{"chown", "chown.c", 7}}}}};
    builder.writer().code_lines({&lines, 1});
}

// The kinds that the shorthands above do not make.
void every_kind(TraceBuilder& builder) {
    CredentialChangeRow change;
    change.thread = 2;
    change.before = builder.credential(0, CapabilitySet::all());
    change.after = builder.credential(65534, CapabilitySet());
    change.abi = 1;
    change.syscall = 105;
    builder.add(change);
    CapabilityRequestRow request;
    request.thread = 2;
    request.abi = 1;
    request.syscall = 126;  // capset
    request.flags = request_has_data;
    request.permitted = 0x400;
    builder.add(request);
    RenameRow rename;
    rename.thread = 2;
    rename.comm = builder.string("\x1b[31mred");
    builder.add(rename);
    TaskRow worker;
    worker.creator = 1;
    worker.thread = 3;
    worker.process = 1;
    worker.kind = static_cast<std::uint64_t>(TaskKind::io_worker);
    builder.add(worker);
    Credential groups;
    groups.groups = {0, 4, 27};
    groups.group_count = 3;
    builder.writer().define(groups);
    builder.writer().define(Object{ObjectKind::socket_address, std::string("\x02\x00\x00\x50", 4), false});
    Module library{builder.string("/lib/libc.so.6"), ModuleKind::user, std::string("\x01\x02", 2), 0, 0};
    const ModuleId module = builder.writer().define(library);
    MappingRow mapping;
    mapping.process = 2;
    mapping.module = module;
    mapping.length = 0x1000;
    builder.add(mapping);
    PlaceRow place;
    place.thread = place.process = 2;
    place.cgroup = builder.string("/system.slice/cron.service");
    place.cgroup_id = 4711;
    place.pid_namespace = 0xeffffffc;
    builder.add(place);
    ComparisonRow comparison;
    comparison.thread = 2;
    comparison.abi = 1;
    comparison.syscall = 89;  // readlink
    comparison.kind = static_cast<std::uint64_t>(ComparisonKind::file);
    comparison.credential = comparison.target_credential = builder.credential(0, CapabilitySet(0xffff));
    comparison.target_tgid = 7;
    comparison.target_comm = builder.string("init");
    comparison.entry = builder.string("exe");
    comparison.object = builder.object("/proc/7/exe");
    builder.add(comparison);
    CheckRow check = builder.check(2, 0, true, "fchownat", {"cap_capable", "chown_ok"}, 0);
    check.user_stack = builder.writer().define(user_stack(module));
    check.syscall_sequence += 2000;
    builder.add(check);
    builder.writer().losses({0, 1, 0, 0, 2, 0, 0, 0});
}

FirstSeenRow first_seen_row(std::uint64_t key) {
    FirstSeenRow row;
    row.check.thread = 2;
    row.check.capability = 21;
    row.check.key = key;
    row.hits = 17;
    row.outcomes = {{0, 16}, {-1, 1}};
    return row;
}

}  // namespace

std::vector<Bytes> sample_traces() {
    std::vector<Bytes> traces;
    traces.push_back(merged_lossy_trace());
    {
        TraceBuilder builder;
        traces.push_back(builder.finish());
    }
    {
        TraceBuilder builder;
        two_processes(builder);
        traces.push_back(builder.finish());
    }
    {
        TraceBuilder builder;
        file_of(builder);
        two_processes(builder);
        builder.writer().flush();
        every_kind(builder);
        builder.writer().flush();
        builder.check(1, 21, true, "mount", {"cap_capable", "may_mount"}, 0);
        const FirstSeenRow rows[] = {first_seen_row(1), first_seen_row(2)};
        builder.writer().first_seen(rows);
        RunFooter footer;
        footer.survivors = {{1, 1001, "sh"}};
        footer.survivor_count = 1;
        footer.target = {TargetStatus::Kind::signaled, 9};
        traces.push_back(builder.finish(footer));
    }
    return traces;
}

}  // namespace caprec
