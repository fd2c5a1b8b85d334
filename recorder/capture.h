// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recorder/hooks.h"
#include "recorder/program_choice.h"
#include "recorder/programs.h"
#include "recorder/ring_reader.h"
#include "schema/run_info.h"

namespace caprec {

// The kernel side: loaded and attached while it lives.  Construction tries the hooks of check_hooks() in their order
// and tests the first that attaches: a known check, made by this process, must come back with its outcome.
class Capture {
public:
    explicit Capture(const CaptureSettings& settings);  // throws Error with all that was tried and the kernel's answers
    ~Capture();
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    const CheckHook& hook() const { return *hook_; }
    // Whether the kernel leaves programs out while it works on a map for this process: see Uninterrupted.
    bool is_disturbed_by_maps() const { return hook_->by_events || hook_->kind == HookKind::kprobe; }
    const std::vector<std::string>& refused_hooks() const {
        return refused_;
    }  // better ones, and why they are not used
    std::vector<std::string> attached_programs() const;
    std::vector<std::string> blind_spots() const;
    UserNamespace home_namespace() const { return home_; }   // the recorder's, found by the self-test
    SymbolSource symbol_source() const { return symbols_; }  // whether the kernel names its functions
    const Programs& programs() const { return *programs_; }
    const std::string& light_answer() const { return light_answer_; }  // why load_light() was not used; may be empty

    // Until unfollow_self(), every process that this one forks is followed as "the command".
    void unfollow_self();

    // For scopes other than a command: takes in what is there already, and from then on what comes. The numbers are in
    // the recorder's PID namespace; those left out are not followed. To be called once, while records are taken out
    // elsewhere or soon after: each process makes some.  `supervisor`: left out with all that it starts; 0: nobody is.
    // Throws SystemError.
    void begin_search(std::span<const pid_t> processes, std::span<const pid_t> left_out, pid_t supervisor = 0);
    // Searches again when that is wanted: a process with several threads came into the cgroup.
    void search_again();

    // For epoll(7), edge-triggered: then it wakes up when a part of the ring is full, and not for each event.
    int ring_fd() const;
    int mapping_rings_fd() const;  // for MappingEvents
    const std::uint64_t* mapping_marks() const;
    // Has the followed tasks tell of the executable memory that they map, when MappingEvents cannot.  Returns why that
    // fails; empty: it works.
    std::string follow_mappings();
    bool follows_mappings() const { return mapping_program_ != nullptr; }
    // Gives every waiting record, as the kernel side wrote it, to `handle`, in ring order.  Exceptions pass through.
    using Handler = std::function<void(std::span<const std::byte> record)>;
    void drain(const Handler& handle);
    // The same up to the place that written() gave, so that what the kernel told elsewhere before then can be looked at
    // first.  False when it stopped earlier, at a record that is not yet whole.
    bool drain(const Handler& handle, std::uint64_t end);
    std::uint64_t written() const;

    void detach();  // no event is made after it

    std::int64_t live_tasks() const;                    // tasks that are followed and have not ended
    std::uint32_t pid_namespace_level() const;          // the recorder's; known once the command's process was made
    ev_counters counters() const;                       // sums over the CPUs
    Losses losses() const;                              // all losses
    std::vector<ev_refusal> repeated_refusals() const;  // refusals that came more than once, with their number
    std::span<const ev_first_seen> first_seen() const;  // all rows, free ones too; after detach()

private:
    bool try_hook(const CheckHook& hook, std::unique_ptr<Programs> programs, const CaptureSettings& settings);
    std::string try_row(const CheckHook& hook, const CaptureSettings& settings);
    void map_first_seen();
    void fill_traits();
    void follow_self();
    void test_hooks();
    void test_other_paths();
    std::uint64_t skipped_runs() const;
    void iterate(const char* program) const;

    ProgramVariant variant_;
    std::unique_ptr<Programs> programs_, mapping_program_;
    std::unique_ptr<RingReader> ring_;
    const CheckHook* hook_ = nullptr;
    std::vector<std::string> refused_, unseen_;
    std::string light_answer_;
    std::string beside_answer_;  // why the unseen paths are not hooked where they ask; empty: not tried
    int refusal_ = 0;            // the kernel's last answer (errno)
    UserNamespace home_;
    SymbolSource symbols_ = SymbolSource::none;
    std::uint64_t skipped_before_ = 0;  // runs that were left out before anything was recorded
    RecordingScope scope_ = RecordingScope::command;
    bool sees_calls_ = false;
    void* first_seen_ = nullptr;
    std::size_t first_seen_rows_ = 0;
};

}  // namespace caprec
