// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/analysis.h"

namespace caprec {

// The outcome of a program's checks of a capability in one run: whether it needed what it was granted, and what
// happened when it was denied.  There can be both: needed in one place, denied in another.
enum class NeedState : std::uint8_t {
    not_asked,
    not_needed,   // asked, and a grant did not decide
    alternative,  // one of several was needed
    required,
    unclassified,
};
enum class DenialState : std::uint8_t {
    none,
    tolerated,  // the program did without
    missing,    // and something failed
};
struct Standing {
    NeedState need = NeedState::not_asked;
    DenialState denial = DenialState::none;
    friend auto operator<=>(const Standing&, const Standing&) = default;
};
// The outcome in one word: a verdict, or "not_asked", or "tolerated"; the need where there is one.
const char* standing_name(const Standing& standing);
const char* denial_name(DenialState denial);  // "none"

enum class ChangeKind : std::uint8_t {
    newly_missing,
    newly_needed,
    verdict_changed,
    newly_denied,
    no_longer_needed,
    no_longer_missing,
    no_longer_denied,
    newly_asked,
    no_longer_asked,
};
const char* change_kind_name(ChangeKind kind);  // "newly_needed"

// Changes in what was asked but not needed, which few readers care about.
constexpr bool is_minor(ChangeKind kind) {
    return kind == ChangeKind::newly_asked || kind == ChangeKind::no_longer_asked;
}

struct Transition {
    ChangeKind kind;
    bool regression;
    friend bool operator==(const Transition&, const Transition&) = default;
};
// There are none when both are the same, and two when what is needed and what is denied both changed.  In a regression,
// a smaller set than the new one would break something, or nobody can tell any more: newly missing, newly needed,
// needed where it was one of several, newly unclassified.
std::vector<Transition> transitions(const Standing& before, const Standing& after);

struct Change {
    ChangeKind kind = ChangeKind::verdict_changed;
    bool regression = false;
    std::string image, image_before;  // names in the new run and in the old one; empty: that run has no such program
    unsigned capability = 0;
    Standing before, after;
    std::optional<Reason> reason;  // the most telling one; nothing: none is recorded
    bool reason_is_old = false;    // the reason is from the old run
    // In how many runs of its trace it was seen, and how many there are.
    std::size_t runs = 1, of_runs = 1;
    // Whether the program is another file, going by its build id; nothing: not known.
    std::optional<bool> program_changed;
};

// A file that both runs used, and whose version differs.
struct ChangedFile {
    std::string path, build_id_before, build_id_after;
};

struct Diff {
    std::vector<Change> changes;  // regressions first, then by kind, image and capability
    std::vector<ChangedFile> files;
    bool kernel_changed = false;
    std::size_t programs = 0;  // how many both runs have together; the time before the command's exec is none

    bool regression() const { return !changes.empty() && changes.front().regression; }
};

// Compares two analyses that have by_program.  Programs are the same when their paths are.  Those whose path only one
// run has are the same when their file names are, and no other program of either run has that name.
Diff diff(const Analysis& before, const Analysis& after);

}  // namespace caprec
