// SPDX-License-Identifier: Apache-2.0
#include "tests/support/merged_traces.h"

#include <cerrno>
#include <random>
#include <vector>

#include "analyzer/merge/merged_writer.h"
#include "analyzer/pipeline/pipeline.h"
#include "schema/capability_numbers.h"

namespace caprec {
namespace {

Bytes merged_runs(unsigned count) {
    std::vector<Bytes> traces;
    for (unsigned number = 1; number <= count; ++number)
        traces.push_back(service_run(number));
    return merge_traces(traces);
}

// Pins memory beyond the limit, or is refused to.
void pin_memory(TraceBuilder& builder, std::uint64_t thread, bool granted) {
    CheckRow call;
    call.thread = thread;
    call.abi = 1;
    call.syscall = 427;  // io_uring_register
    call.syscall_sequence = 1000;
    builder.returns(call, granted ? 0 : -ENOMEM, outcome_beyond_memlock);
}

ComparisonRow any_comparison(TraceBuilder& builder, std::uint64_t thread, unsigned choice) {
    ComparisonRow row;
    row.thread = thread;
    row.syscall_sequence = 1000;
    row.abi = 1;
    row.syscall = 89;  // readlink
    row.kind = 1 + choice % 3;
    row.flags = choice / 3 % 2 != 0 ? std::uint64_t{comparison_many} : 0;
    row.credential = builder.credential(0, CapabilitySet(0xffff));
    row.target_credential = builder.credential(0, CapabilitySet(choice % 5 == 0 ? 0x80 : 0xff));
    row.entry = builder.string(choice % 7 == 0 ? "maps" : "exe");
    row.object = builder.object("/proc/1/exe");
    return row;
}

RefusalRow any_refusal(TraceBuilder& builder, std::uint64_t thread, unsigned choice) {
    RefusalRow row;
    row.thread = thread;
    row.syscall_sequence = 2000;
    row.abi = 1;
    row.syscall = 87;  // unlink
    row.error = choice % 2 != 0 ? EPERM : EACCES;
    row.flags = choice % 5 == 0 ? std::uint64_t{refusal_filtered} : 0;
    row.credential = builder.credential(0, CapabilitySet(0xffff));
    row.object = builder.object(choice % 3 == 0 ? "f" : "g");
    row.key = 1 + choice;
    row.times = 1 + choice % 4;
    return row;
}

// The program is in any place, and its file has capabilities or not.
ExecRow any_file(std::minstd_rand& random) {
    constexpr std::uint64_t places[] = {
        0, 0, 0, exec_other_root, exec_other_mounts, exec_other_root | exec_other_mounts};
    ExecRow file;
    file.flags = exec_placed | places[random() % std::size(places)];
    file.file_state = file_capabilities_known | (random() % 4 == 0 ? std::uint64_t{file_effective} : 0);
    file.file_permitted = random() % 2 << cap_chown | random() % 2 << cap_net_bind_service;
    file.inode = 1 + random() % 2;
    return file;
}

}  // namespace

RunHeader header_of_run(unsigned number) {
    RunHeader header = plausible_header();
    for (std::size_t at = 0; at < header.run_id.size(); ++at)
        header.run_id[at] = static_cast<std::uint8_t>(number * 31 + at * 7);
    header.start.realtime += std::uint64_t{number} * 3'600'000'000'000;
    header.host_name = number == 1 ? "host" : "host-" + std::to_string(number);
    header.kernel_release = number == 1 ? "6.14.0" : "6.18.0";
    header.command = {"sh", "-c", "service"};
    return header;
}

Bytes service_run(unsigned number) {
    TraceBuilder builder(header_of_run(number));
    builder.process(1, 0, "sh");
    builder.exec(1, "/bin/sh", {"sh", "-c", "service"});
    builder.process(2, 1, "sh");
    builder.exec(2, "/usr/sbin/service", {"service"});
    for (unsigned times = 0; times < number; ++times)
        builder.check(2, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    if (number % 2 == 0)
        builder.check(2, cap_sys_nice, true, "setpriority", {"cap_capable", "set_one_prio"}, 0);
    if (number % 3 == 0)
        builder.check(2, cap_net_bind_service, false, "bind", {"cap_capable", "__inet_bind"}, -EACCES);
    builder.exit(2, 0);
    builder.exit(1, number == 3 ? 256 : 0);
    RunFooter footer;
    footer.end = {1'000'000'000 + number * 250'000'000ull};
    footer.target = {TargetStatus::Kind::exited, number == 3 ? 1 : 0};
    footer.losses.checks = number == 5 ? 12 : 0;
    return builder.finish(footer);
}

Bytes any_run(unsigned seed) {
    struct Call {
        unsigned capability;
        const char* syscall;
        const char* site;
        int error;
        std::uint64_t acknowledgement = 0;
    };
    constexpr std::uint64_t done = 1, not_there = 1 + ENODEV, refused = 1 + EPERM;
    constexpr Call calls[] = {
        {cap_chown, "fchownat", "setattr_prepare", EPERM},
        {cap_sys_nice, "setpriority", "set_one_prio", EACCES},
        {cap_net_bind_service, "bind", "__inet_bind", EACCES},
        {cap_dac_override, "openat", "generic_permission", EACCES},
        {cap_dac_override, "mkdir", "generic_permission", 0},
        {cap_sys_nice, "nanosleep", "of_no_site", 0},
        {cap_perfmon, "perf_event_open", "find_get_context", EACCES},
        {cap_sys_admin, "setns", "mntns_install", EPERM},
        {cap_sys_admin, "listxattr", "simple_xattr_list", 0},
        {cap_net_admin, "sendmsg", "rtnetlink_rcv_msg", 0, done},
        {cap_net_admin, "sendmsg", "rtnetlink_rcv_msg", 0, refused},
        {cap_net_admin, "sendmsg", "rtnetlink_rcv_msg", 0, not_there},
        {cap_net_admin, "sendmsg", "rtnetlink_rcv_msg", 0, not_there | acknowledgement_names_nothing},
    };
    std::minstd_rand random(seed);
    TraceBuilder builder(header_of_run(seed));
    builder.process(1, 0, "sh");
    builder.exec(1, "/bin/sh", {"sh"});
    for (std::uint64_t process = 2; process < 5; ++process) {
        builder.process(process, 1, "sh");
        if (random() % 4 != 0)
            builder.exec(process, "/bin/tool" + std::to_string(random() % 3), {"tool"}, any_file(random));
        for (unsigned count = random() % 6; count > 0; --count) {
            const Call& call = calls[random() % std::size(calls)];
            const bool granted = call.error == 0 || random() % 3 != 0;
            builder.check(process, call.capability, granted, call.syscall, {"cap_capable", call.site},
                          granted ? 0 : -call.error, call.acknowledgement);
        }
        if (random() % 5 == 0)
            pin_memory(builder, process, random() % 2 == 0);
        if (random() % 3 == 0)
            builder.add(any_comparison(builder, process, random()));
        if (random() % 3 == 0)
            builder.add(any_refusal(builder, process, random()));
        builder.exit(process, 0);
    }
    if (random() % 8 == 0)
        return builder.cut();
    return builder.finish();
}

Bytes merge_traces(std::span<const Bytes> traces) {
    RunMerger merger;
    for (const Bytes& trace : traces) {
        MemorySource source(trace);
        TraceReader reader(source);
        merge(reader, merger);
    }
    MemorySink sink;
    TraceWriter writer(sink);
    write_merged(merger, "caprec test", writer);
    return sink.data;
}

Bytes merged_trace() { return merged_runs(4); }
Bytes merged_lossy_trace() { return merged_runs(5); }

}  // namespace caprec
