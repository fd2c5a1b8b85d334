// SPDX-License-Identifier: Apache-2.0
//
// A single check once it is judged, and the other facts that are told beside it: all outputs are made of these.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "analyzer/analysis/image_name.h"
#include "analyzer/analysis/keeper.h"
#include "analyzer/analysis/other_refusal.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/kernel_site.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/surroundings.h"
#include "analyzer/follow/judgement.h"
#include "schema/event_rows.h"
#include "schema/ids.h"
#include "schema/merged_rows.h"

namespace caprec {

struct UnaskedNeed;

// The errno in the return value of a syscall; 0: it succeeded, or its outcome is not known.
constexpr std::int32_t errno_of(NoOutcome outcome, std::int64_t value) {
    return outcome == NoOutcome::known && value < 0 && value >= -4095 ? static_cast<std::int32_t>(-value) : 0;
}

// The runs behind a kind of check of a merged trace.
struct SeveralRuns {
    std::span<const RunRange> runs;  // the runs that made it
    std::uint32_t example = 0;       // the run that the row is from
    JudgedRun judged;
};

// What kinds of check are told apart by, beside what makes them different: only where somebody asks for it.
struct Apart {
    bool selected = true;    // the answer is about it; see CheckFilter
    KeeperId keeper{};       // none: kinds are not told apart by it
    std::uint64_t user = 0;  // effective uid + 1; 0: not known, or likewise
    friend bool operator==(const Apart&, const Apart&) = default;
};

// A check with all that the trace says around it, delivered once the outcome of its syscall is known, or known not to
// come.  Views and references are valid during the call only; strings are raw bytes of the traced system.
struct AnnotatedCheck {
    const CheckRow& row;
    std::uint64_t process = 0;  // Process::id; 0: not known (only when a limit was reached)
    std::uint32_t tgid = 0;     // in the recorder's PID namespace; 0: not known
    std::uint32_t tid = 0;
    std::string_view comm;             // the thread's comm at the check
    std::string_view image;            // path of the executable at the check; empty: no exec seen yet
    std::optional<std::uint32_t> uid;  // effective uid of the check's credential
    Verdict verdict = Verdict::unclassified;
    std::string_view rule = {}, why = {};  // ours
    Judgement judgement = {};              // the verdict, the rule and the why above are of its rule: set_judgement()
    Phase phase = Phase::startup;          // the phase as far as it is known by now
    bool phase_open = false;               // the phase is not known yet: a StageEnd of its thread will tell
    bool verdict_open = false;             // the end of the trace may still change the verdict
    Surroundings around;
    NoOutcome outcome = NoOutcome::no_syscall;
    std::int64_t value = 0;        // the syscall's return value, when the outcome is known
    std::string_view site;         // first kernel frame outside the helpers; empty: not known
    std::uint64_t looked_for = 0;  // denied in a look-up: a number for the name looked for; 0: no look-up
    StackId stack{};               // row.stack, or for an unwalked check the stack of its key; 0: not known
    UserStackId user_stack{};      // row.user_stack, or that of its key when all came by the same calls
    SiteSource site_source = SiteSource::walked;
    bool site_open = false;                // it was not walked, and a later check of its key may show another site
    std::uint64_t count = 1;               // above 1: equal checks of one syscall, or the hits of a first-seen row
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
    bool from_summary =
        false;  // it is of several runs, or of a lost kind that first-seen rows tell of; row.order means nothing
    bool repeats = false;  // it was only counted; all but the count is another's that was delivered before

    // Checks with equal numbers were asked in the same way, by the same thread, and all that came of them is the same:
    // they differ in when they were made, and in where the thread was.  0: nobody knows.
    std::uint64_t question = 0;
    // Indexes for grouping: during the life of the stream, equal numbers mean equal contents.
    ImageId image_id{};
    SiteId site_id{};
    std::uint32_t process_index = 0;
    std::uint32_t program = 0;  // number within the process, as in ProcessTree::Place
    StringId comm_id{};
    HomeId home{};
    const Keeper* keeper = nullptr;  // where the process was; null: not told
    Apart apart = {};

    bool succeeded() const { return outcome == NoOutcome::known && !error(); }
    std::optional<int> error() const {  // errno of the syscall; nothing: it succeeded, or is not known
        const std::int32_t error = errno_of(outcome, value);
        return error != 0 ? std::optional<int>(error) : std::nullopt;
    }
};

void set_judgement(AnnotatedCheck& check, const Judgement& judgement);

// The checks that were delivered of a thread with phase_open since its last StageEnd belong to this phase.  Those
// without a StageEnd by the end of the trace are after the drop.
struct StageEnd {
    std::uint64_t thread = 0;
    Phase phase = Phase::startup;
};

// The first call of its kind that was refused though no capability was denied in it.
struct RefusedCall {
    const RefusalRow& row;
    const OtherRefusal& call;
    std::uint64_t process = 0;  // Process::id
    std::uint32_t tgid = 0, tid = 0;
    std::optional<std::uint32_t> uid;  // effective
    bool selected = true;              // the answer is about it
    const Keeper* keeper = nullptr;    // where the process was; null: not told
};

// The exec of a program that the process, its parent or its grandparent may have looked for before.
struct Executed {
    std::uint64_t order = 0, name = 0;         // name: see AnnotatedCheck::looked_for
    std::array<std::uint64_t, 3> processes{};  // the process, its parent, its grandparent; 0: none
};

class CheckReceiver {
public:
    virtual ~CheckReceiver() = default;
    virtual void on(const AnnotatedCheck& check) = 0;
    virtual void on(const UnaskedNeed&) {}
    virtual void on(const StageEnd&) {}
    virtual void on(const RefusedCall&) {}
    virtual void on(const Executed&) {}
};

}  // namespace caprec
