// SPDX-License-Identifier: Apache-2.0
//
// The one list of all that a recording can lose: whoever counts, writes or names losses goes through all of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "schema/run_info.h"

namespace caprec {

// Advice that was seen to help against a loss (tests/live/advice_test.cpp follows it).
inline constexpr const char* larger_buffer_helps = "a larger --buffer-size helps";
inline constexpr const char* events_help =
    "as root, --hook event is never left out where the kernel has that event (Linux 6.14)";
inline constexpr const char* no_user_stacks_helps = "--user-stacks=none does without mappings";

// What a loss does harm to.
enum class Harm : std::uint8_t {
    answers,  // a set or a verdict may be wrong, or lack something: the trace is incomplete
    places,   // where in the program a check comes from is not known; no verdict rests on that
    itself,   // a list that says so where it stands; no verdict rests on it
};

struct LossKind {
    std::uint64_t Losses::*count;
    const char* json;                           // the name in documents; two are older than the member's name
    const char *one, *many;                     // in a list: "12 checks"
    const char *one_was, *many_were, *meaning;  // a sentence: "12 checks were lost: ..."
    unsigned weight;                            // 1 is told first: it makes a result the most doubtful
    Harm harm = Harm::answers;
    const char* cure = larger_buffer_helps;
};

inline constexpr std::array<LossKind, 12> loss_kinds{{
    {&Losses::checks, "checks", "check", "checks", "check was", "checks were", "lost: the ring buffer was full", 1},
    {&Losses::outcomes, "outcomes", "outcome", "outcomes", "syscall result was", "syscall results were",
     "lost: what those denials did is not known", 4},
    {&Losses::processes, "processes", "process event", "process events", "process event was", "process events were",
     "lost: checks may be charged to the wrong executable", 2},
    {&Losses::credentials, "creds", "credential", "credentials", "credential or change of one was",
     "credentials or changes of them were", "lost", 6},
    {&Losses::stacks, "stacks", "stack", "stacks", "kernel stack was", "kernel stacks were",
     "lost: the sites of those checks are not known", 7},
    {&Losses::mappings, "maps", "mapping", "mappings", "memory mapping was", "memory mappings were",
     "lost while what is recorded mapped code: user stacks may end early", 8, Harm::places, no_user_stacks_helps},
    {&Losses::objects, "objects", "object", "objects", "object of a syscall was", "objects of syscalls were", "lost",
     10},
    {&Losses::first_seen, "first_seen", "kind of check", "kinds of check", "kind of check", "kinds of check",
     "found no place in the table that outlives a full buffer", 3},
    {&Losses::user_stacks, "user_stacks", "user stack", "user stacks", "user stack was", "user stacks were",
     "lost: where in the program their checks come from is not known", 9, Harm::places},
    {&Losses::comparisons, "comparisons", "comparison", "comparisons", "comparison of capability sets was",
     "comparisons of capability sets were", "lost: a need that the kernel does not ask for may be missing", 5},
    // The list of refusals says itself that it lacks some.  No verdict rests on them: a lost refusal to execute a file
    // is counted as a lost outcome, too.
    {&Losses::refusals, "refusals", "refused call", "refused calls", "refused call was", "refused calls were", "lost",
     12, Harm::itself},
    {&Losses::skipped, "skipped", "run of the recorder's program", "runs of the recorder's programs",
     "run of the recorder's programs was", "runs of the recorder's programs were",
     "left out by the kernel, which was in the middle of the same program: what they would have told is lost", 11,
     Harm::answers, events_help},
}};

// Every member is listed once, and every weight.
static_assert(
    [] {
        if (sizeof(Losses) != loss_kinds.size() * sizeof(std::uint64_t))
            return false;
        for (const LossKind& one : loss_kinds) {
            std::size_t same = 0;
            for (const LossKind& other : loss_kinds)
                same += (one.count == other.count ? 1 : 0) + (one.weight == other.weight ? 1 : 0);
            if (same != 2 || one.weight < 1 || one.weight > loss_kinds.size())
                return false;
        }
        return true;
    }(),
    "loss_kinds lacks a member of Losses, or has one twice");

// The same kinds, the heaviest first.
inline constexpr std::array<const LossKind*, loss_kinds.size()> losses_by_weight = [] {
    std::array<const LossKind*, loss_kinds.size()> sorted{};
    for (const LossKind& kind : loss_kinds)
        sorted[kind.weight - 1] = &kind;
    return sorted;
}();

// The losses to tell of: the table of first-seen kinds is not needed while every check is there with its result.
constexpr Losses felt(Losses losses) {
    if (losses.checks == 0 && losses.outcomes == 0)
        losses.first_seen = 0;
    return losses;
}

// The cure for a loss.  A user stack is lost for want of room, or of the mappings that it needs.
constexpr const char* cure_of(const LossKind& kind, const Losses& losses) {
    return kind.count == &Losses::user_stacks && losses.mappings != 0 ? no_user_stacks_helps : kind.cure;
}

}  // namespace caprec
