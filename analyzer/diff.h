// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis.h"

namespace caprec {

// What a program had to do with a capability in one run, weakest first.
enum class NeedState : std::uint8_t {
    not_asked,
    not_needed,   // asked and granted, and it did not decide
    tolerated,    // denied, and the program did without
    alternative,  // one of several was needed
    required,
    unclassified,
    missing,
};
const char* need_state_name(NeedState state);  // "not_asked"; as verdict_name() where there is one

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

struct Transition {
    ChangeKind kind;
    bool regression;
};
// Nothing when both are the same.  A regression is what a smaller set than the new one would break, and what nobody can
// tell any more: newly missing, newly needed, needed where it was one of several, newly unclassified.
std::optional<Transition> transition(NeedState before, NeedState after);

struct Change {
    ChangeKind kind = ChangeKind::verdict_changed;
    bool regression = false;
    std::string image, image_before;  // of the new run and of the old one; empty: that run has no such program
    unsigned capability = 0;
    NeedState before = NeedState::not_asked, after = NeedState::not_asked;
    // The most telling reason of the new run; of the old one where the new one has none.  Nothing: neither has.
    std::optional<Reason> reason;
    bool reason_is_old = false;
};

// A file that both runs used, in two versions.
struct ChangedFile {
    std::string path, build_id_before, build_id_after;
};

struct Diff {
    std::vector<Change> changes;  // regressions first, then by kind, image and capability
    std::vector<ChangedFile> files;
    bool kernel_changed = false;
    std::size_t programs = 0;  // of both runs together; what was asked before the command's exec is none

    bool regression() const { return !changes.empty() && changes.front().regression; }
};

// Of two analyses with by_program.  Programs are the same when their paths are; those without a namesake, when their
// file names are and no other program of either run has that name.
Diff diff(const Analysis& before, const Analysis& after);

}  // namespace caprec
