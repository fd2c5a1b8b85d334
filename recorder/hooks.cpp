// SPDX-License-Identifier: Apache-2.0
#include "recorder/hooks.h"

#include <bpf/bpf.h>
#include <unistd.h>

#include <cerrno>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

int may_be_there() { return 0; }

// Attaches an empty program to the tracepoint by its name: that takes microseconds, while a program that is first
// relocated for the running kernel takes a tenth of a second.
int tracepoint_refusal() {
    const bpf_insn instructions[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    const int program = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "probe", "GPL", instructions, 2, nullptr);
    if (program < 0)
        return 0;  // loading the real programs says better what is lacking
    const int link = bpf_raw_tracepoint_open("cap_capable", program);
    const int answer = link < 0 && errno == ENOENT ? ENOENT : 0;
    if (link >= 0)
        close(link);
    close(program);
    return answer;
}

// The event comes first where the kernel preempts programs at tracepoints (ProgramVariant::preempts_programs), and is
// not tried elsewhere, as it costs more: a record is put together for each syscall of each process.  After it the
// tracepoint comes first: it sees the checks that the compiler has put into the
// functions around cap_capable(), costs least, and needs no trampolines.  It does not tell whether a check is audited,
// but that is known for most places in the kernel anyhow.
constexpr const char* unknown_options = "the options of a check (audit, insetid): the tracepoint does not carry them";
constexpr CheckHook hooks[] = {
    {.kind = HookKind::tracepoint,
     .word = "event",
     .name = "tp/capability/cap_capable",
     .has_options = false,
     .counts_misses = true,
     .by_events = true,
     .needs = "Linux 6.14 or later with BTF and tracefs; root",
     .blind_spot = unknown_options,
     .refusal = tracepoint_refusal,
     .programs = {"event_check"},
     .beside = {}},
    {.kind = HookKind::tracepoint,
     .word = "tracepoint",
     .name = "tp_btf/cap_capable",
     .has_options = false,
     .counts_misses = true,
     .by_events = false,
     .needs = "Linux 6.14 or later with BTF",
     .blind_spot = unknown_options,
     .refusal = tracepoint_refusal,
     .programs = {"tracepoint_check"},
     .beside = {}},
    {.kind = HookKind::fexit,
     .word = "fexit",
     .name = "fexit/cap_capable",
     .has_options = true,
     .counts_misses = true,
     .by_events = false,
     .needs = "BTF, and trampolines for BPF: x86-64, or arm64 from Linux 6.4 on",
     .blind_spot = nullptr,
     .refusal = may_be_there,
     .programs = {"fexit_check"},
     .beside = {nullptr, "fentry_memory", "fentry_capset", "fentry_prctl"}},
    {.kind = HookKind::kprobe,
     .word = "kprobe",
     .name = "kprobe+kretprobe/cap_capable",
     .has_options = true,
     .counts_misses = false,
     .by_events = false,
     .needs = "BTF and kprobes; with a perf_event_paranoid above 2, root",
     .blind_spot = "what an interrupt asks that comes into another probe: neither entry nor return is seen, and "
                   "nobody counts it",
     .refusal = may_be_there,
     .programs = {"kprobe_check", "kretprobe_check"},
     .beside = {nullptr, "kretprobe_memory", "kretprobe_capset", "kretprobe_prctl"}},
};

}  // namespace

std::span<const CheckHook> check_hooks() { return hooks; }

std::string hook_words() {
    std::string words;
    for (const CheckHook& hook : hooks)
        words += (words.empty() ? "" : ", ") + std::string(hook.word);
    return words;
}

const CheckHook& hook_of_word(const std::string& word) {
    for (const CheckHook& hook : hooks)
        if (word == hook.word)
            return hook;
    throw Error("--hook takes one of " + hook_words() + ", not '" + escape(word) + "'");
}

}  // namespace caprec
