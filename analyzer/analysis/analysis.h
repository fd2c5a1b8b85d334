// SPDX-License-Identifier: Apache-2.0
//
// Everything that report, minimal, tree and the JSON outputs may say of one trace: pure data, made by
// pipeline.h, read by emit/.  Strings are raw bytes of the traced system unless said otherwise: every emitter
// escapes.  Counts are of capability checks.  An `image` is what image_name.h makes of a path and its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/other_refusal.h"
#include "analyzer/analysis/privilege.h"
#include "analyzer/analysis/process.h"
#include "analyzer/analysis/reason.h"
#include "analyzer/analysis/run_facts.h"

namespace caprec {

// What was seen of a keeper's checks.
enum class KeeperActivity : std::uint8_t {
    nothing,        // no check at all
    only_look_ups,  // nothing was needed; calls that only find out whether something is there were denied
    checks,
};
const char* activity_name(KeeperActivity activity);  // "nothing", "only_look_ups", "checks"

// A process in a container counts for the container, any other one for its unit.
struct KeeperFinding {
    Keeper keeper;        // empty: of processes in neither
    bool inside = false;  // what its processes hold and need in user namespaces of their own, apart from the host's
    std::uint64_t processes = 0;        // 0 in a merged trace
    std::uint64_t unknown = 0;          // of these, the ones without a credential in the trace: they may hold more
    std::optional<CapabilitySet> held;  // nothing: not known of any process
    CapabilitySet gainable;             // beyond `held`; see Holdings
    MinimalSet needed;
    CapabilitySet missing;  // denied, and something failed for it
    CapabilitySet excess;   // held, and not needed
    KeeperActivity activity = KeeperActivity::nothing;
};

struct Analysis {
    RunFacts run;
    Completeness completeness;
    MinimalSet minimal;
    std::vector<CapabilityFinding> capabilities;  // sorted by strength of verdict, then number
    std::vector<ProgramFinding> by_program;       // sorted by image, then number; only when asked for
    std::vector<LoadedFile> files;                // likewise; sorted by path, none twice
    std::vector<Need> needs;                      // all needs, missing ones too; no two are equal
    std::vector<Reason> need_reasons;  // the most frequent reason of each need, in their order; only when asked for
    ReasonList failures;               // denials that made a syscall fail
    ReasonList refused;                // granted, yet refused by something else
    ReasonList given_up;               // denied, and held before: the program itself gave it up, so no set mends that
    ReasonList tolerated;              // denied, and it did without
    OtherRefusals others;              // calls that were refused, but not for a capability
    InsideNeeds inside;
    std::vector<KeptNote> kept;        // sorted by image
    std::vector<std::string> lookers;  // images that read their own sets and set none: they may act on what they saw
    std::vector<DropStep> drops;       // sorted by image and number
    std::vector<NoiseLine> noise;      // most frequent first
    std::vector<Process> processes;    // sorted by id: parents come before their children; empty for several runs
    std::vector<ProgramFile> program_files;
    std::vector<Keeper> keepers;                 // all that something ran in; only when needs are wanted apart by them
    std::vector<KeeperFinding> keeper_findings;  // only when asked for, of a recording of the machine or a cgroup
    std::vector<std::optional<std::uint32_t>> users;  // all that asked; likewise; nothing: some are not known
    std::vector<std::string> images;                  // names (image_name.h) of all programs that ran, sorted
};

// The steps of the programs that gave up capabilities in more than one step.
std::vector<DropStep> several_drops(const Analysis& analysis);

// The executables that ran, sorted; "" is among them when a need belongs to one that is not known.
std::vector<std::string> executables_of(const Analysis& analysis);

// Null when the capability was never asked for.
const CapabilityFinding* find_finding(const Analysis& analysis, unsigned capability);

}  // namespace caprec
