// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/command_names.h"

#include <linux/bpf.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace caprec {
namespace {

struct CommandRow {
    std::string_view syscall;
    std::uint64_t command;
    std::string_view name;
};

#define ROW(syscall, command) \
    CommandRow { syscall, command, #command }
constexpr CommandRow rows[] = {
    ROW("prctl", PR_SET_PDEATHSIG),    ROW("prctl", PR_SET_DUMPABLE),
    ROW("prctl", PR_SET_KEEPCAPS),     ROW("prctl", PR_SET_NAME),
    ROW("prctl", PR_SET_SECCOMP),      ROW("prctl", PR_CAPBSET_READ),
    ROW("prctl", PR_CAPBSET_DROP),     ROW("prctl", PR_SET_SECUREBITS),
    ROW("prctl", PR_SET_MM),           ROW("prctl", PR_SET_CHILD_SUBREAPER),
    ROW("prctl", PR_SET_NO_NEW_PRIVS), ROW("prctl", PR_SET_IO_FLUSHER),
    ROW("prctl", PR_CAP_AMBIENT),      ROW("bpf", BPF_MAP_CREATE),
    ROW("bpf", BPF_MAP_LOOKUP_ELEM),   ROW("bpf", BPF_MAP_UPDATE_ELEM),
    ROW("bpf", BPF_PROG_LOAD),         ROW("bpf", BPF_OBJ_PIN),
    ROW("bpf", BPF_OBJ_GET),           ROW("bpf", BPF_PROG_ATTACH),
    ROW("bpf", BPF_PROG_DETACH),       ROW("bpf", BPF_PROG_GET_NEXT_ID),
    ROW("bpf", BPF_MAP_GET_NEXT_ID),   ROW("bpf", BPF_PROG_GET_FD_BY_ID),
    ROW("bpf", BPF_MAP_GET_FD_BY_ID),  ROW("bpf", BPF_OBJ_GET_INFO_BY_FD),
    ROW("bpf", BPF_PROG_QUERY),        ROW("bpf", BPF_RAW_TRACEPOINT_OPEN),
    ROW("bpf", BPF_BTF_LOAD),          ROW("bpf", BPF_BTF_GET_FD_BY_ID),
    ROW("bpf", BPF_TASK_FD_QUERY),     ROW("bpf", BPF_LINK_CREATE),
    ROW("bpf", BPF_LINK_GET_FD_BY_ID), ROW("bpf", BPF_ENABLE_STATS),
    ROW("ptrace", PTRACE_TRACEME),     ROW("ptrace", PTRACE_PEEKDATA),
    ROW("ptrace", PTRACE_POKEDATA),    ROW("ptrace", PTRACE_CONT),
    ROW("ptrace", PTRACE_ATTACH),      ROW("ptrace", PTRACE_DETACH),
    ROW("ptrace", PTRACE_SETOPTIONS),  ROW("ptrace", PTRACE_SEIZE),
    ROW("fcntl", F_SETLEASE),          ROW("fcntl", F_SETPIPE_SZ),
};
#undef ROW

}  // namespace

std::string_view command_name(std::string_view syscall, std::uint64_t command) {
    const auto* row = std::ranges::find_if(
        rows, [&](const CommandRow& each) { return each.syscall == syscall && each.command == command; });
    return row != std::end(rows) ? row->name : std::string_view();
}

}  // namespace caprec
