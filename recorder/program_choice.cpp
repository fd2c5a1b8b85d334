// SPDX-License-Identifier: Apache-2.0
#include "recorder/program_choice.h"

#include <bpf/libbpf.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "recorder/options.h"
#include "recorder/system_error.h"

namespace caprec {
namespace {

constexpr std::uint64_t largest_exec_event = sizeof(ev_exec) + 2 * EV_NAME_BYTES + EV_PATH_BYTES + EV_ARGV_BYTES;
// The programs by which tasks are followed, in their two ways.
constexpr struct Follower {
    const char *at_tracepoint, *at_event;
} followers[] = {{"syscall_exit", "event_syscall_exit"},
                 {"task_new", "event_task_new"},
                 {"task_exec", "event_exec"},
                 {"task_renamed", "event_task_renamed"},
                 {"task_exit", "event_task_exit"}};
constexpr const char* moved = "task_moved";
constexpr const char* exec_begins = "event_exec_begins";
constexpr std::uint64_t small_ring_share = 256u << 10;
constexpr std::uint64_t most_ring_credits = 32;
static_assert(min_buffer_bytes / 2 >= 2 * largest_exec_event);

// A larger buffer holds more events that name contents, and the maps of contents hold more of them likewise.
std::uint32_t contents_factor(std::uint64_t buffer_bytes) {
    const std::uint64_t usual = default_buffer_bytes(UserStackMode::snapshot);
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(buffer_bytes / usual, 1));
}

void fill_constants(ProgramConstants& constants, const CaptureSettings& settings, std::uint32_t cpus) {
    // the share that checks leave to process events: an eighth, but half of a small ring
    const std::uint64_t kept =
        std::max(settings.buffer_bytes / 8, std::min(settings.buffer_bytes / 2, small_ring_share));
    constants.check_share = settings.buffer_bytes - kept;
    constants.wake_share = settings.buffer_bytes / 4;
    constants.ring_credits = std::min(most_ring_credits, kept / 8 / (cpus * (sizeof(ev_check) + sizeof(ev_outcome))));
    constants.walk_every_stack = settings.walk_every_stack;
    constants.withhold_secure = settings.withhold_secure;
    constants.user_stack_kind = settings.user_stacks;
    constants.page_shift =
        static_cast<std::uint8_t>(std::countr_zero(static_cast<unsigned long>(sysconf(_SC_PAGESIZE))));
    constants.user_stack_share = settings.buffer_bytes / 2;
    constants.scope = static_cast<std::uint8_t>(settings.scope);
    constants.scope_cgroup = settings.cgroup_id;
    constants.only_kinds = settings.only_kinds;
    if (getrandom(&constants.hash_seed, sizeof constants.hash_seed, 0) != sizeof constants.hash_seed ||
        getrandom(&constants.kind_factors, sizeof constants.kind_factors, 0) != sizeof constants.kind_factors)
        throw SystemError("cannot get random bytes", errno);
    for (auto& factor : constants.kind_factors)
        factor |= 1;
}

}  // namespace

ProgramSettings program_settings(const CheckHook& hook, const CaptureSettings& settings, bool with_beside) {
    ProgramSettings wanted;
    for (const char* program : hook.programs)
        if (program != nullptr)
            (hook.by_events ? wanted.events : wanted.hooks).emplace_back(program);
    for (const Follower& follower : followers)
        if (hook.by_events) {
            wanted.events.emplace_back(follower.at_event);
            wanted.without.emplace_back(follower.at_tracepoint);
        }
    if (hook.by_events)
        wanted.events.emplace_back(exec_begins);
    for (const char* program : hook.beside)
        if (program != nullptr && with_beside)
            wanted.beside.emplace_back(program);
    if (settings.scope != RecordingScope::command)
        wanted.hooks.insert(wanted.hooks.end(), {search_tasks, note_recorder});
    if (settings.scope != RecordingScope::command && settings.user_stacks != 0)
        wanted.hooks.emplace_back(search_mappings);
    const auto cpus = static_cast<std::uint32_t>(std::max(libbpf_num_possible_cpus(), 1));
    wanted.entries = {{"ring", static_cast<std::uint32_t>(settings.buffer_bytes)}};
    if (settings.user_stacks != 0)
        wanted.entries.emplace_back("user_stack_scratch", cpus);
    if (settings.scope != RecordingScope::command) {
        wanted.entries.emplace_back("found_scratch", EV_USERS);
        wanted.entries.emplace_back("mapping_scratch", EV_MAPPING_USERS);
    }
    if (settings.only_kinds) {
        wanted.relocated = true;
        wanted.entries.emplace_back("known_calls", EV_KNOWN_CALLS);
        wanted.entries.emplace_back("known_kinds", EV_QUICK_KINDS);
    }
    const std::uint32_t factor = contents_factor(settings.buffer_bytes);
    if (factor != 1)
        for (const auto& [map, entries] :
             {std::pair("creds", EV_CREDS), std::pair("stacks", EV_STACKS), std::pair("objects", EV_OBJECTS)})
            wanted.entries.emplace_back(map, entries * factor);
    wanted.fill = [&settings, cpus](ProgramConstants& constants) { fill_constants(constants, settings, cpus); };
    return wanted;
}

std::vector<const char*> counted_programs(const CheckHook& hook) {
    std::vector<const char*> names(hook.beside.begin(), hook.beside.end());
    if (hook.counts_misses)
        names.insert(names.end(), hook.programs.begin(), hook.programs.end());
    names.push_back(moved);
    for (const Follower& follower : followers)
        names.push_back(hook.by_events ? follower.at_event : follower.at_tracepoint);
    if (hook.by_events)
        names.push_back(exec_begins);
    std::erase(names, nullptr);
    return names;
}

}  // namespace caprec
