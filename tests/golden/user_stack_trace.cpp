// SPDX-License-Identifier: Apache-2.0
//
// A trace with user stacks whose files no machine has: everything shown comes from the trace alone.
#include <cerrno>

#include "schema/capability_numbers.h"
#include "tests/golden/sample_trace.h"

namespace caprec {
namespace {

const std::string service = "/caprec-no-such-folder/bin/service", service_id("\x12\x34\x56\x78\x9a\xbc", 6);
const std::string library = "/caprec-no-such-folder/lib/libc.so.6", library_id("\xde\xad\xbe\xef", 4);
const std::string evil_name = "evil\x1b[31m\n\xff";

std::vector<CodeLines> names() {
    return {{library, library_id, {{0x1007, {{"chown", "", 0}}}, {0x100f, {{"start_main", "start.c", 58}}}}},
            {service,
             service_id,
             {{0x2fff, {{"set_owner", "src/owner.c", 12}, {"install", "src/install.c", 345}}},
              {0x30ff, {{"main", "", 0}}},
              {0x3fff, {{evil_name, evil_name, 1}}}}}};
}

struct ServiceModules {
    explicit ServiceModules(TraceBuilder& trace) {
        const auto module = [&](const std::string& name, const std::string& id) {
            return trace.writer().define(Module{trace.string(name), ModuleKind::user, id, 0, 0});
        };
        code = module(service, service_id);
        libc = module(library, library_id);
        made = module("//anon", "");
    }
    ModuleId code, libc, made;
};

UserStackId stack(TraceBuilder& trace, const std::vector<UserPointer>& frames) {
    UserStack content;
    content.kind = UserStackKind::frame_pointers;
    for (const UserPointer& frame : frames)
        content.pointers.push_back(encode(frame));
    return trace.writer().define(content);
}

// Adds one of the shorthand's checks again, later, with the fields that it lacks.
void add_check(TraceBuilder& trace, CheckRow row, std::int64_t value, UserStackId user_stack, std::uint64_t flags) {
    row.time = 0;
    row.user_stack = user_stack;
    row.flags |= flags;
    row.syscall_sequence += 100;
    trace.add(row);
    trace.returns(row, value);
}

}  // namespace

Bytes user_stack_trace() {
    RunHeader header = plausible_header();
    header.command = {"service", "--install"};
    header.user_stacks = UserStackMode::frame_pointers;
    header.mapping_source = MappingSource::perf;
    header.mapping_buffer_bytes = 128u << 10;
    header.mapping_refusal = "512 KiB for each CPU: Operation not permitted, and smaller ones";
    TraceBuilder trace(header);
    trace.writer().code_lines(names());
    trace.process(1, 0, "service");
    trace.exec(1, service, {"service", "--install"});
    const ServiceModules program(trace);
    const CheckRow chown =
        trace.check(1, cap_chown, true, "fchownat", {"cap_capable", "capable_wrt_inode_uidgid", "setattr_prepare"}, 0);
    add_check(trace, chown, 0,
              stack(trace, {{program.libc, 0x1007},
                            {program.code, 0x3000},
                            {program.code, 0x3100},
                            {program.libc, 0x1010},
                            {program.code, 0x9999}}),
              0);
    const CheckRow nice =
        trace.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "capable", "set_one_prio"}, -EACCES);
    add_check(trace, nice, -EACCES, stack(trace, {{program.made, 0x20}, {program.code, 0x4000}}), 0);
    add_check(trace, nice, -EACCES, UserStackId(), check_user_stack_withheld);
    add_check(trace, nice, -EACCES, UserStackId(), check_user_stack_lost);
    add_check(trace, nice, -EACCES, UserStackId(), check_in_exec);
    add_check(trace, nice, -EACCES, UserStackId(), check_compat_task);
    trace.exit(1, 0);
    RunFooter footer;
    footer.end = {1'250'000'000, 1'750'000'000, 1'750'000'000'250'000'000, 3600};
    footer.reason = EndReason::command_ended;
    footer.target = {TargetStatus::Kind::exited, 0};
    footer.checks_made = footer.checks_recorded = 8;
    footer.outcomes_recorded = 8;
    footer.withheld_user_stacks = 1;
    return trace.finish(footer);
}

}  // namespace caprec
