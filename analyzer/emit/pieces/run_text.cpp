// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/run_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "analyzer/emit/pieces/call_text.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/syscalls.h"
#include "schema/words/escape.h"

namespace caprec {

namespace {

constexpr std::size_t named_kernels = 4, named_ends = 3;

std::string end_text(const TargetStatus& target) {
    switch (target.kind) {
        case TargetStatus::Kind::exited: return "exit status " + std::to_string(target.value);
        case TargetStatus::Kind::signaled: return "killed by " + signal_text(target.value);
        case TargetStatus::Kind::not_executed: return "could not be executed: " + errno_name(target.value);
        case TargetStatus::Kind::running: return "still running when the recording ended";
        case TargetStatus::Kind::unknown: break;
    }
    return "how it ended is not known";
}

std::string kernel_text(const RunHeader& header) {
    return "Linux " + escape(header.kernel_release) + ' ' + escape(header.machine);
}

std::string joined(const std::set<std::string>& texts, const char* between, std::size_t most) {
    std::string all;
    std::size_t count = 0;
    for (const std::string& text : texts) {
        if (count == most)
            return all + " and " + std::to_string(texts.size() - most) + " more";
        all += (count++ == 0 ? "" : between) + text;
    }
    return all;
}

}  // namespace

std::string target_text(const RunFacts& run) {
    if (!run.footer)
        return "how it ended was not recorded";
    if (run.header.scope != RecordingScope::command && run.runs.empty())
        return "ended: " + end_reason_text(run.footer->reason);
    std::map<std::string, std::size_t> ends;
    for (const SummedRun& each : run.runs)
        ++ends[end_text(each.target)];
    if (ends.size() <= 1)
        return end_text(run.footer->target);
    std::vector<std::pair<std::string, std::size_t>> sorted(ends.begin(), ends.end());
    std::ranges::stable_sort(sorted, std::ranges::greater{}, &std::pair<std::string, std::size_t>::second);
    std::string text;
    for (std::size_t at = 0; at < std::min(sorted.size(), named_ends); ++at)
        text += (at == 0 ? "" : ", ") + sorted[at].first + " in " + std::to_string(sorted[at].second);
    return text + (sorted.size() > named_ends ? ", ..." : "");
}

std::string recorded_text(const RunHeader& header) {
    const std::vector<std::string>& names = header.scope_names;
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + escape(name);
    switch (header.scope) {
        case RecordingScope::processes: return (names.size() == 1 ? "process " : "processes ") + list;
        case RecordingScope::cgroup: return "everything in " + (list.empty() ? "a cgroup" : list);
        case RecordingScope::machine: return "the whole machine";
        case RecordingScope::command: break;
    }
    return shell_command(header.command);
}

const char* scope_word(RecordingScope scope) {
    switch (scope) {
        case RecordingScope::processes: return "processes";
        case RecordingScope::cgroup: return "cgroup";
        case RecordingScope::machine: return "machine";
        case RecordingScope::command: break;
    }
    return "command";
}

std::string command_text(const RunFacts& run) {
    std::set<std::string> commands;
    bool others = false;
    for (const RunHeader& setting : run.settings) {
        commands.insert(recorded_text(setting));
        others = others || setting.scope != RecordingScope::command;
    }
    if (commands.size() > 1)
        return counted(run.runs.size(), "run") + " of " + std::to_string(commands.size()) +
               (others ? " different things" : " commands");
    const bool unknown = run.header.scope == RecordingScope::command && run.header.command.empty();
    const std::string command = unknown ? "(command not recorded)" : recorded_text(run.header);
    return run.runs.empty() ? command : counted(run.runs.size(), "run") + " of " + command;
}

std::string host_text(const RunFacts& run) {
    if (run.runs.empty())
        return escape(run.header.host_name) + " (" + kernel_text(run.header) + ')';
    std::set<std::string> hosts, kernels;
    for (const SummedRun& each : run.runs)
        hosts.insert(escape(each.host));
    for (const RunHeader& setting : run.settings)
        kernels.insert(kernel_text(setting));
    return (hosts.size() == 1 ? *hosts.begin() : std::to_string(hosts.size()) + " hosts") + " (" +
           joined(kernels, "; ", named_kernels) + ')';
}

std::string runs_text(std::size_t runs, std::size_t of) {
    return "in " + with_commas(runs) + " of " + counted(of, "run");
}

std::string seen_text(std::size_t runs, const RunFacts& run) {
    return run.runs.empty() ? "" : runs_text(runs, run.runs.size());
}

std::string filter_text(const RunFacts& run) {
    if (!run.filter)
        return {};
    const Filtered& filter = *run.filter;
    std::string text = "filtered:";
    for (const std::string& word : filter.words)
        text += ' ' + escape(word);
    text += ": " + with_commas(filter.checks) + " of " + counted(filter.all_checks, "check");
    if (filter.all_processes > 0)
        text += ", " + with_commas(filter.processes) + " of " + counted(filter.all_processes, "process", "processes");
    return text;
}

std::string end_reason_text(EndReason reason) {
    switch (reason) {
        case EndReason::command_ended: return "the command ended";
        case EndReason::last_descendant_ended: return "its last descendant ended";
        case EndReason::interrupted: return "interrupted";
        case EndReason::time_up: return "the time was up";
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
