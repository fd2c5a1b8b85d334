// SPDX-License-Identifier: Apache-2.0
//
// What is known of a single check once it is judged, and what else is told beside it: what all outputs are made of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "analyzer/analysis/other_refusal.h"
#include "analyzer/analysis/verdict.h"
#include "analyzer/classify/kernel_site.h"
#include "analyzer/classify/rule.h"
#include "analyzer/classify/surroundings.h"
#include "analyzer/follow/judgement.h"
#include "analyzer/processes/images.h"
#include "schema/event_rows.h"
#include "schema/merged_rows.h"

namespace caprec {

struct UnaskedNeed;

// The errno in what a syscall returned; 0: it succeeded, or is not known.
constexpr std::int32_t errno_of(NoOutcome outcome, std::int64_t value) {
    return outcome == NoOutcome::known && value < 0 && value >= -4095 ? static_cast<std::int32_t>(-value) : 0;
}

// What a merged trace knows of a kind of check.
struct SeveralRuns {
    std::span<const RunRange> runs;  // that made it
    std::uint32_t example = 0;       // the one that the row is from
    JudgedRun judged;
};

// A check with all that the trace says around it, delivered once the outcome of its syscall is known, or known not to
// come.  Views and references are valid during the call only; strings are raw bytes of the traced system.
struct AnnotatedCheck {
    const CheckRow& row;
    std::uint64_t process = 0;  // Process::id; 0: not known (only when a limit was reached)
    std::uint32_t tgid = 0;     // in the recorder's PID namespace; 0: not known
    std::uint32_t tid = 0;
    std::string_view comm;             // of the thread, at the check
    std::string_view image;            // path of the executable at the check; empty: no exec seen yet
    std::optional<std::uint32_t> uid;  // effective, of the check's credential
    Verdict verdict = Verdict::unclassified;
    std::string_view rule = {}, why = {};  // ours
    Judgement judgement = {};              // verdict, rule and why are those of its rule: see set_judgement()
    Phase phase = Phase::startup;          // as far as it is known by now
    bool phase_open = false;               // a StageEnd of its thread will tell
    bool verdict_open = false;             // what the end of the trace shows may still change it
    Surroundings around;
    NoOutcome outcome = NoOutcome::no_syscall;
    std::int64_t value = 0;        // what the syscall returned, when outcome is known
    std::string_view site;         // first kernel frame outside the helpers; empty: not known
    std::uint64_t looked_for = 0;  // denied in a look-up: a number of the name that was looked for; 0: no look-up
    StackId stack{};               // row.stack, or for an unwalked check that of its kind; 0: not known
    UserStackId user_stack{};      // row.user_stack, or likewise when all of its kind came by the same calls
    SiteSource site_source = SiteSource::walked;
    bool site_open = false;                // not walked, and a later check of its key may show another site
    std::uint64_t count = 1;               // more: equal checks of one syscall, or the hits of a first-seen row
    const SeveralRuns* several = nullptr;  // null: the trace is of one run
    bool from_summary =
        false;  // of several runs, or a lost kind of check, known from the first-seen rows; row.order means nothing

    // Equal numbers mean that it was asked in the same way, by the same thread, and that all that came of it is the
    // same: what differs is when, and where the thread was.  0: nobody knows.
    std::uint64_t question = 0;
    // Indexes for grouping: during the life of the stream, equal numbers mean equal contents.
    ImageId image_id{};
    SiteId site_id{};
    std::uint32_t process_index = 0;
    std::uint32_t program = 0;  // of the process: as ProcessTree::Place has it
    StringId comm_id{};

    bool succeeded() const { return outcome == NoOutcome::known && !error(); }
    std::optional<int> error() const {  // errno of the syscall; nothing: it succeeded, or is not known
        const std::int32_t error = errno_of(outcome, value);
        return error != 0 ? std::optional<int>(error) : std::nullopt;
    }
};

void set_judgement(AnnotatedCheck& check, const Judgement& judgement);

// What was delivered of a thread with phase_open since the last one of these belongs to this phase.  Threads without
// one, at the end of the trace: after the drop.
struct StageEnd {
    std::uint64_t thread = 0;
    Phase phase = Phase::startup;
};

// The first of its kind of the calls that were refused though no capability was denied in them.
struct RefusedCall {
    const RefusalRow& row;
    const OtherRefusal& call;
    std::uint64_t process = 0;  // Process::id
    std::uint32_t tgid = 0, tid = 0;
    std::optional<std::uint32_t> uid;  // effective
};

// A program was executed by a process, which, or whose parent, may have looked for it before.
struct Executed {
    std::uint64_t order = 0, name = 0;         // name: see AnnotatedCheck::looked_for
    std::array<std::uint64_t, 3> processes{};  // it, its parent, and the parent of that; 0: none
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
