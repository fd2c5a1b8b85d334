// SPDX-License-Identifier: Apache-2.0
#include "recorder/capture.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "recorder/advice.h"
#include "recorder/bpf_log.h"
#include "recorder/counts.h"
#include "recorder/kernel_symbols.h"
#include "recorder/messages.h"
#include "recorder/options.h"
#include "recorder/self_test.h"
#include "recorder/syscall_arguments.h"
#include "recorder/system_error.h"
#include "recorder/traits.h"
#include "recorder/uninterrupted.h"
#include "schema/blind_spots.h"
#include "schema/capability.h"
#include "schema/error.h"
#include "schema/losses.h"

namespace caprec {
namespace {

constexpr const char* mapping_program = "memory_mapped";

}  // namespace

// Returns the kernel's answer; empty: the hook works.
std::string Capture::try_row(const CheckHook& hook, const CaptureSettings& settings) {
    if ((refusal_ = hook.refusal()) != 0)
        return "this kernel has no such thing";
    std::string answer;
    const bool has_beside = hook.beside != decltype(hook.beside){};
    const auto try_programs = [&](const auto& load, bool with_beside) {
        const BpfLog log;
        try {
            if (std::unique_ptr<Programs> programs = load(variant_, program_settings(hook, settings, with_beside)))
                return try_hook(hook, std::move(programs), settings);
        } catch (const Error& error) {
            const auto* refused = dynamic_cast<const SystemError*>(&error);
            refusal_ = refused != nullptr ? refused->number() : 0;
            answer = error.what();
        }
        return false;
    };
    if (try_programs(load_light, has_beside))
        return {};
    if (!answer.empty() && !advice_on_limit(refusal_).empty())  // libbpf would need more
        return answer;
    light_answer_ = std::exchange(answer, {});
    if (try_programs(load_relocated, has_beside))
        return {};
    // a kernel that cannot trace one of the functions beside refuses all the programs together
    if (has_beside && try_programs(load_relocated, false)) {
        beside_answer_ = answer;
        return {};
    }
    return answer;
}

Capture::Capture(const CaptureSettings& settings) : variant_(program_variant()) {
    for (const CheckHook& hook : check_hooks()) {
        if (settings.hook != nullptr && settings.hook != &hook)
            continue;
        if (settings.hook == nullptr && hook.by_events && !variant_.preempts_programs)
            continue;
        const std::string answer = try_row(hook, settings);
        if (answer.empty())
            return;
        refused_.push_back(std::string(hook.name) + " (" + hook.needs + "): " + answer);
        if (!advice_on_limit(refusal_).empty())  // no other hook would need less
            break;
    }
    if (settings.hook != nullptr)
        throw Error("the hook that --hook names cannot be used here: " + refused_[0] +
                    "\n  without --hook the first that " + "works is used, if there is one");
    std::string tried;
    for (const std::string& hook : refused_)
        tried += "\n  " + hook;
    throw Error("no hook sees capability checks on this system. Tried:" + tried + "\n  " + advice_on_refusal(refusal_));
}

Capture::~Capture() {
    if (first_seen_ != nullptr)
        munmap(first_seen_, sizeof(ev_first_seen) * first_seen_rows_);
}

// Returns true, or throws.
bool Capture::try_hook(const CheckHook& hook, std::unique_ptr<Programs> programs, const CaptureSettings& settings) {
    programs->memory().next_thread = EV_RECORDER_THREAD;
    programs->attach();
    programs_ = std::move(programs);
    hook_ = &hook;
    unseen_.clear();
    ring_ = std::make_unique<RingReader>(ring_fd(), settings.buffer_bytes);
    map_first_seen();
    fill_traits();
    follow_self();
    test_hooks();
    test_other_paths();
    scope_ = settings.scope;
    if (scope_ != RecordingScope::command) {
        LIBBPF_OPTS(bpf_test_run_opts, run);
        if (bpf_prog_test_run_opts(programs_->program(note_recorder), &run) != 0)
            throw SystemError("cannot tell the kernel side of the recorder", errno);
    }
    return true;
}

namespace {

// The entries are put in all at once: one after the other would be as many calls as there are syscalls.
template <class Key, class Value>
void fill_map(int fd, const std::vector<Key>& keys, const std::vector<Value>& values) {
    auto count = static_cast<std::uint32_t>(keys.size());
    if (bpf_map_update_batch(fd, keys.data(), values.data(), &count, nullptr) != 0)
        throw SystemError("cannot tell the kernel side of syscalls", errno);
}

}  // namespace

void Capture::fill_traits() {
    std::vector<std::uint32_t> places;
    std::vector<ev_syscall_traits> traits;
    for_each_trait([&](unsigned place, const ev_syscall_traits& each) {
        places.push_back(place);
        traits.push_back(each);
    });
    fill_map(programs_->map("traits"), places, traits);
    std::vector<std::uint64_t> keys;
    std::vector<ev_argument_set> sets;
    for_each_argument_set([&](std::uint64_t key, const ev_argument_set& set) {
        keys.push_back(key);
        sets.push_back(set);
    });
    fill_map(programs_->map("argument_sets"), keys, sets);
    const int entries = programs_->map("proc_entries");
    for_each_entry([entries](const EntryName& name, std::uint32_t flags) {
        if (bpf_map_update_elem(entries, name.data(), &flags, BPF_ANY) != 0)
            throw SystemError("cannot tell the kernel side of an entry of /proc", errno);
    });
}

void Capture::follow_self() {
    std::vector<std::byte> value(programs_->value_bytes("tasks"));
    const ev_task_seed self{EV_RECORDER_THREAD, EV_RECORDER_THREAD, EV_TASK_RECORDER, 0};
    std::memcpy(value.data(), &self, sizeof self);
    const int process = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    if (process < 0)
        throw SystemError("pidfd_open", errno);
    const int error = bpf_map_update_elem(programs_->map("tasks"), &process, value.data(), BPF_ANY) != 0 ? errno : 0;
    close(process);
    if (error != 0)
        throw SystemError("cannot follow a process", error);
}

void Capture::unfollow_self() {
    skipped_before_ = 0;
    skipped_before_ = skipped_runs();
    const int process = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    if (process < 0)
        throw SystemError("pidfd_open", errno);
    (void)bpf_map_delete_elem(programs_->map("tasks"), &process);
    close(process);
}

// A reader of the iterator has its program run for each task; the program writes nothing.
void Capture::iterate(const char* program) const {
    const Uninterrupted now;
    const int iterator = bpf_iter_create(programs_->link(program));
    if (iterator < 0)
        throw SystemError("cannot search for what runs already", errno);
    std::array<char, 64> nothing{};
    ssize_t got = 0;
    do {
        got = read(iterator, nothing.data(), nothing.size());
    } while (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN)));
    const int error = got < 0 ? errno : 0;
    close(iterator);
    if (error != 0)
        throw SystemError("cannot search for what runs already", error);
}

void Capture::begin_search(std::span<const pid_t> processes, std::span<const pid_t> left_out, pid_t supervisor) {
    const Uninterrupted now;
    const auto put = [this](const char* map, std::span<const pid_t> numbers, std::uint8_t value) {
        for (const pid_t number : numbers)
            if (bpf_map_update_elem(programs_->map(map), &number, &value, BPF_ANY) != 0)
                throw SystemError("cannot tell the kernel side of processes", errno);
    };
    put("processes_left_out", left_out, EV_LEFT_OUT);
    if (supervisor != 0)
        put("processes_left_out", {&supervisor, 1}, EV_LEFT_OUT_WITH_CHILDREN);
    put("processes_wanted", processes, 1);
    ProgramMemory& memory = programs_->memory();
    __atomic_store_n(&memory.is_preparing, 1, __ATOMIC_RELEASE);
    iterate(search_tasks);
    __atomic_fetch_add(&memory.searches_wanted, 1, __ATOMIC_ACQ_REL);
    __atomic_store_n(&memory.is_preparing, 0, __ATOMIC_RELEASE);
    search_again();
    for (const pid_t number : processes)  // the numbers may be given to others
        (void)bpf_map_delete_elem(programs_->map("processes_wanted"), &number);
}

void Capture::search_again() {
    ProgramMemory& memory = programs_->memory();
    const std::uint32_t wanted = __atomic_load_n(&memory.searches_wanted, __ATOMIC_ACQUIRE);
    if (wanted == memory.searches_done)
        return;
    iterate(search_tasks);
    if (programs_->link(search_mappings) >= 0)
        iterate(search_mappings);
    __atomic_store_n(&memory.searches_done, wanted, __ATOMIC_RELEASE);
}

// From the hook to the kernel's entry there are more than these in any build.  A walk from a kretprobe ends at once on
// x86 before Linux 5.16, where the place to return to is not on the stack.
constexpr std::uint32_t fewest_calls = 3;

void Capture::test_hooks() {
    const PathAnswer answer = try_path(entry_paths()[path_by_module], [this](const Handler& take) { drain(take); });
    if (!answer.saw_check)
        throw Error("it attached, but a check made on purpose (prctl, CAP_SETPCAP) did not come back");
    if (!answer.saw_outcome)
        throw Error("it attached, but the outcome of a syscall made on purpose (prctl) did not come back");
    ev_cred content{};
    if (bpf_map_lookup_elem(programs_->map("creds"), &answer.cred, &content) != 0)
        throw Error("it attached, but the credential of a check did not come back");
    home_ = {content.ns.inode, content.ns.level, content.ns.owner};
    ev_stack stack{};
    const bool walked = bpf_map_lookup_elem(programs_->map("stacks"), &answer.stack, &stack) == 0;
    sees_calls_ = walked && stack.depth >= fewest_calls;
    if (!walked || stack.depth == 0)
        return;
    // the outermost frame: the kernel's entry, and not our own program
    const __u64 entry = stack.frames[std::min<std::uint32_t>(stack.depth, EV_STACK_FRAMES) - 1];
    if (!parse_symbol(kernel_names(*programs_, {&entry, 1})[0]).symbol.empty())
        symbols_ = SymbolSource::kernel;
}

// Tests which of the other paths are seen.  No version tells, as it is the choice of a compiler.
void Capture::test_other_paths() {
    const Drain drained = [this](const Handler& take) { drain(take); };
    const auto paths = entry_paths();
    for (unsigned place = 0; place < paths.size(); ++place) {
        const char* beside = hook_->beside.at(place);
        PathAnswer answer = try_path(paths[place], drained);
        if (!answer.saw_check && beside != nullptr && programs_->program(beside) >= 0) {
            if (const int error = programs_->attach(beside); error != 0)
                beside_answer_ = errno_text(error);
            answer = try_path(paths[place], drained);
        }
        if (answer.made && !answer.saw_check)
            unseen_.emplace_back(paths[place].name);
    }
}

std::vector<std::string> Capture::attached_programs() const {
    std::vector<std::string> names = programs_->attached();
    if (mapping_program_)
        for (const std::string& name : mapping_program_->attached())
            names.push_back(name);
    return names;
}

std::vector<std::string> Capture::blind_spots() const {
    std::vector<std::string> spots;
    if (hook_->blind_spot != nullptr)
        spots.emplace_back(hook_->blind_spot);
    for (const std::string& path : unseen_)
        spots.push_back(std::string(unseen_checks) + path +
                        ": this kernel's compiler has put them where the hook does not see them" +
                        (beside_answer_.empty() ? "" : ", and they cannot be hooked there: " + beside_answer_));
    if (!sees_calls_)
        spots.push_back(
            std::string(unseen_calls) +
            ": this kernel cannot walk its stack from this hook, so that most checks stay unclassified, and "
            "what they asked for stays in the set");
    if (!variant_.finds_tasks_by_own_number)
        spots.push_back((variant_.finds_tasks ? "in a PID namespace of its own, " : "") + std::string(unseen_targets) +
                        " where a call names a process by its number (ptrace, setpriority, kcmp): this kernel does not "
                        "let the recorder look it up");
    if (scope_ != RecordingScope::command)
        spots.emplace_back("what was asked for before the recording began, and what kernel threads ask for");
    spots.emplace_back(
        "what a security module (SELinux, AppArmor, BPF LSM) refuses after the capability check granted it");
    spots.emplace_back(
        "which process's files a path names that reaches /proc through a symbolic link from elsewhere: where the "
        "kernel then compares capability sets without a check, nothing shows it");
    return spots;
}

int Capture::ring_fd() const { return programs_->map("ring"); }

int Capture::mapping_rings_fd() const { return programs_->map("mapping_rings"); }

const std::uint64_t* Capture::mapping_marks() const {
    return reinterpret_cast<const std::uint64_t*>(programs_->memory().mapping_marks);
}

std::uint64_t Capture::written() const { return ring_->written(); }

void Capture::drain(const Handler& handle) { (void)drain(handle, written()); }

bool Capture::drain(const Handler& handle, std::uint64_t end) {
    __atomic_store_n(&programs_->memory().reader_is_awake, 0, __ATOMIC_RELEASE);
    return ring_->drain(handle, end);
}

void Capture::detach() {
    programs_->detach();
    if (mapping_program_)
        mapping_program_->detach();
}

std::string Capture::follow_mappings() {
    const BpfLog log;
    try {
        auto program = load_beside(variant_, *programs_, mapping_program);
        if (const int error = program->attach(mapping_program); error != 0)
            return errno_text(error);
        mapping_program_ = std::move(program);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

std::int64_t Capture::live_tasks() const { return __atomic_load_n(&programs_->memory().live_tasks, __ATOMIC_ACQUIRE); }

std::uint32_t Capture::pid_namespace_level() const { return programs_->memory().recorder_pid_level; }

ev_counters Capture::counters() const { return summed_counters(programs_->map("counters")); }

// They are losses of their own: whether it was a followed task's turn, nobody knows.
std::uint64_t Capture::skipped_runs() const {
    std::uint64_t skipped = 0;
    for (const char* name : counted_programs(*hook_))
        skipped += missed_runs(programs_->program(name));
    return skipped - skipped_before_;
}

static_assert(loss_kinds.size() == 12, "losses() below says who counts a kind of loss");

Losses Capture::losses() const {
    const ev_counters sum = counters();
    return {.checks = sum.lost_checks,
            .outcomes = sum.lost_outcomes,
            .processes = sum.lost_processes,
            .credentials = sum.lost_creds,
            .stacks = sum.lost_stacks,
            .mappings =
                sum.lost_mappings + (mapping_program_ ? missed_runs(mapping_program_->program(mapping_program)) : 0),
            .objects = sum.lost_objects,
            .first_seen = sum.lost_first_seen,
            .user_stacks = sum.lost_user_stacks,
            .comparisons = sum.lost_comparisons,
            .refusals = sum.lost_refusals,
            .skipped = skipped_runs()};
}

std::vector<ev_refusal> Capture::repeated_refusals() const {
    return caprec::repeated_refusals(programs_->map("refusals"));
}

// This happens before anything is recorded: at the end it would be too late to find that there is no room.
void Capture::map_first_seen() {
    if (first_seen_ != nullptr)  // mapped for a hook that did not work
        munmap(std::exchange(first_seen_, nullptr), sizeof(ev_first_seen) * first_seen_rows_);
    first_seen_rows_ = programs_->entries("first_seen");
    const std::size_t bytes = sizeof(ev_first_seen) * first_seen_rows_;
    void* mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, programs_->map("first_seen"), 0);
    if (mapped == MAP_FAILED)
        throw SystemError("cannot map the first-seen rows", errno);
    first_seen_ = mapped;
}

std::span<const ev_first_seen> Capture::first_seen() const {
    return {static_cast<const ev_first_seen*>(first_seen_), first_seen_rows_};
}

}  // namespace caprec
