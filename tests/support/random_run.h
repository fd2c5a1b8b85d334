// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "schema/capability_numbers.h"
#include "schema/syscalls.h"
#include "tests/support/trace_builder.h"

namespace caprec {

struct AskedQuestion {
    unsigned capability;
    std::string_view syscall, site;
    int error;  // errno of a refusal
};

// The verdict of some stands at once; others depend on the end of the trace: look-ups, limits, programs that watch
// others, and sites that are judged differently.
inline constexpr AskedQuestion asked_questions[] = {
    {cap_dac_override, "newfstatat", "generic_permission", EACCES},
    {cap_dac_override, "openat", "generic_permission", EACCES},
    {cap_kill, "kill", "check_kill_permission", EPERM},
    {cap_sys_admin, "read", "pagemap_read", 0},
    {cap_sys_admin, "read", "r_show", 0},
    {cap_sys_admin, "bpf", "bpf_map_get_fd_by_id", EPERM},
    {cap_sys_admin, "mmap", "__vm_enough_memory", 0},
    {cap_sys_admin, "mount", "ns_capable", EPERM},
    {cap_perfmon, "perf_event_open", "perf_event_open", EACCES},
    {cap_sys_ptrace, "perf_event_open", "__ptrace_may_access", EACCES},
    {cap_sys_nice, "setpriority", "set_one_prio", EPERM},
    {cap_sys_resource, "prlimit64", "do_prlimit", EPERM},
    {cap_net_admin, "sendto", "rtnetlink_rcv_msg", 0},
    {cap_sys_admin, "read", "nobody_knows_this_one", EPERM},
};

// A run of a few processes that ask for a few of these, and drop capabilities.
class RandomRun {
public:
    explicit RandomRun(unsigned seed) : random_(seed) {}

    Bytes trace() {
        const std::uint64_t processes = 1 + pick(3);
        for (std::uint64_t id = 1; id <= processes; ++id) {
            trace_.process(id, id - 1, "tool");
            trace_.exec(id, "/bin/tool" + std::to_string(pick(2)), {"tool"});
        }
        for (unsigned left = 1 + pick(9); left > 0; --left) {  // a report shows ten reasons of each capability
            if (pick(4) == 0)
                drop(1 + pick(processes));
            ask(1 + pick(processes));
        }
        const std::uint64_t status = pick(2);
        for (std::uint64_t id = processes; id > 0; --id)
            trace_.exit(id, status << 8);
        RunFooter footer;
        footer.target = {TargetStatus::Kind::exited, static_cast<std::int32_t>(status)};
        footer.checks_made = footer.checks_recorded = checks_;
        return trace_.finish(footer);
    }

private:
    unsigned pick(std::uint64_t below) { return static_cast<unsigned>(random_() % below); }

    void ask(std::uint64_t thread) {
        const AskedQuestion& question = asked_questions[pick(std::size(asked_questions))];
        const bool granted = question.error == 0 || pick(3) != 0;
        CheckRow row;
        row.thread = thread;
        row.capability = question.capability;
        row.result = granted ? 0 : static_cast<std::uint64_t>(-EPERM);
        row.flags = check_real_credential | check_current_credential;
        row.credential = trace_.credential(granted ? 0 : 1000, CapabilitySet(granted ? ~std::uint64_t{0} >> 23 : 0));
        row.abi = static_cast<std::uint64_t>(Abi::x86_64);
        row.syscall = syscall_number(Abi::x86_64, question.syscall).value();
        row.syscall_sequence = ++sequence_;
        row.object = pick(2) == 0 ? ObjectId() : trace_.object("/a/file");
        row.key = 1 + question.capability * 2 + (granted ? 1 : 0);  // one for several sites, as recorders used to do
        if (pick(3) != 0) {
            row.flags |= check_walked;
            row.stack = trace_.stack({"cap_capable", "capable", question.site});
        }
        trace_.add(row);
        ++checks_;
        trace_.returns(row, granted ? 0 : -question.error);
    }

    // Each thread has fewer capabilities with each of its drops.
    void drop(std::uint64_t thread) {
        const unsigned before = dropped_[thread]++;
        CredentialChangeRow row;
        row.thread = thread;
        row.abi = static_cast<std::uint64_t>(Abi::x86_64);
        row.syscall = syscall_number(Abi::x86_64, "setuid").value();
        row.before = trace_.credential(0, CapabilitySet(~std::uint64_t{0} >> (23 + before)));
        row.after = trace_.credential(0, CapabilitySet(~std::uint64_t{0} >> (24 + before)));
        trace_.add(row);
    }

    std::minstd_rand random_;
    TraceBuilder trace_;
    std::map<std::uint64_t, unsigned> dropped_;
    std::uint64_t sequence_ = 0, checks_ = 0;
};

}  // namespace caprec
