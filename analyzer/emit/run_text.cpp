// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/run_text.h"

#include "analyzer/emit/call_text.h"
#include "schema/syscalls.h"

namespace caprec {

std::string target_text(const RunFacts& run) {
    if (!run.footer)
        return "how it ended was not recorded";
    const TargetStatus& target = run.footer->target;
    switch (target.kind) {
        case TargetStatus::Kind::exited: return "exit status " + std::to_string(target.value);
        case TargetStatus::Kind::signaled: return "killed by " + signal_text(target.value);
        case TargetStatus::Kind::not_executed: return "could not be executed: " + errno_name(target.value);
        case TargetStatus::Kind::running: return "still running when the recording ended";
        case TargetStatus::Kind::unknown: break;
    }
    return "how it ended is not known";
}

std::uint64_t recorded_time(const RunFacts& run) {
    const std::uint64_t start = run.header.start.monotonic;
    const std::uint64_t end = run.footer ? run.footer->end.monotonic : run.last_time;
    return end > start ? end - start : 0;
}

std::string end_reason_text(EndReason reason) {
    switch (reason) {
        case EndReason::command_ended: return "the command ended";
        case EndReason::last_descendant_ended: return "its last descendant ended";
        case EndReason::interrupted: return "interrupted";
        case EndReason::failed: return "the recorder failed";
        case EndReason::unknown: break;
    }
    return "not known";
}

std::string hook_text(HookKind hook) {
    switch (hook) {
        case HookKind::tracepoint: return "tracepoint";
        case HookKind::fexit: return "fexit";
        case HookKind::kprobe: return "kprobe";
        case HookKind::unknown: break;
    }
    return "unknown";
}

}  // namespace caprec
