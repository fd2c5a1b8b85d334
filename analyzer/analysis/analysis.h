// SPDX-License-Identifier: Apache-2.0
//
// Everything that report, minimal, tree and the JSON outputs may say of one trace: pure data, made by
// pipeline.h, read by emit/.  Strings are raw bytes of the traced system unless said otherwise: every emitter
// escapes.  Counts are of capability checks.  An `image` is what image_name.h makes of a path and its place.
#pragma once

#include <string>
#include <vector>

#include "analyzer/analysis/need.h"
#include "analyzer/analysis/other_refusal.h"
#include "analyzer/analysis/privilege.h"
#include "analyzer/analysis/process.h"
#include "analyzer/analysis/reason.h"
#include "analyzer/analysis/run_facts.h"

namespace caprec {

struct Analysis {
    RunFacts run;
    Completeness completeness;
    MinimalSet minimal;
    std::vector<CapabilityFinding> capabilities;  // by strength of verdict, then number
    std::vector<ProgramFinding> by_program;       // by image, then number; only when they were asked for
    std::vector<LoadedFile> files;                // likewise; by path, none twice
    std::vector<Need> needs;                      // all of them, missing ones too; different from each other
    std::vector<Reason> need_reasons;  // the most frequent of each need, in their order; only when they were asked for
    ReasonList failures;               // denials that made a syscall fail
    ReasonList refused;                // granted, yet refused by something else
    ReasonList given_up;               // denied, and held before: the program gave it up itself, so no set mends that
    ReasonList tolerated;              // denied, and it did without
    OtherRefusals others;              // refused, and not a matter of capabilities
    InsideNeeds inside;
    std::vector<KeptNote> kept;        // by image
    std::vector<std::string> lookers;  // images that read their own sets and set none: they may act by what they saw
    std::vector<DropStep> drops;       // by image and number
    std::vector<NoiseLine> noise;      // most frequent first
    std::vector<Process> processes;    // by id: parents come before their children; none of several runs
    std::vector<ProgramFile> program_files;
    std::vector<std::string> images;  // of all programs that ran, as image_name.h makes them, sorted
};

// The steps of those programs that made several.
std::vector<DropStep> several_drops(const Analysis& analysis);

// The executables that ran, and "" where a need is of one that is not known; ascending.
std::vector<std::string> executables_of(const Analysis& analysis);

// Null: it was never asked for.
const CapabilityFinding* find_finding(const Analysis& analysis, unsigned capability);

}  // namespace caprec
