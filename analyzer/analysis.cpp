// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis.h"

#include <algorithm>
#include <iterator>

namespace caprec {

std::uint64_t recorded_time(const RunFacts& run) {
    const std::uint64_t start = run.header.start.monotonic;
    const std::uint64_t end = run.footer ? run.footer->end.monotonic : run.last_time;
    return end > start ? end - start : 0;
}

std::string survivors_note(const RunFacts& run) {
    const std::uint64_t count = run.footer ? run.footer->survivor_count : 0;
    if (count == 0)
        return {};
    return std::to_string(count) + (count == 1 ? " process was" : " processes were") + " still running when " +
           (run.run_count() == 1 ? "the recording" : "a recording") +
           " ended: what they asked for later is not here; caprec --wait records "
           "until the last one ends";
}

bool InsideNeeds::by_choice() const { return std::ranges::any_of(needs, &Need::by_choice); }

const char* verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::required: return "required";
        case Verdict::alternative: return "alternative";
        case Verdict::missing: return "missing";
        case Verdict::unclassified: return "unclassified";
        case Verdict::not_needed: return "not_needed";
    }
    return "unclassified";
}

const char* no_outcome_text(NoOutcome why) {
    switch (why) {
        case NoOutcome::known: return "the outcome is known";
        case NoOutcome::lost: return "the outcome was lost";
        case NoOutcome::thread_ended: return "the thread ended in the syscall";
        case NoOutcome::recording_ended: return "the recording ended in the syscall";
        case NoOutcome::no_syscall: return "not in a syscall of the program";
        case NoOutcome::hook_off: return "syscall results were not recorded";
    }
    return "the outcome is not known";
}

const char* phase_name(Phase phase) { return phase == Phase::startup ? "startup" : "after-drop"; }

std::vector<std::string> executables_of(const Analysis& analysis) {
    std::vector<std::string> images = analysis.images;
    for (const ProgramFinding& finding : analysis.by_program)
        images.push_back(finding.image);
    std::erase(images, "");
    for (const Need& need : analysis.needs)
        images.push_back(need.image);  // also where it is not known: no need may be lost
    std::ranges::sort(images);
    images.erase(std::unique(images.begin(), images.end()), images.end());
    return images;
}

std::vector<DropStep> several_drops(const Analysis& analysis) {
    std::vector<DropStep> several;
    std::ranges::copy_if(analysis.drops, std::back_inserter(several), [&](const DropStep& step) {
        return std::ranges::any_of(
            analysis.drops, [&](const DropStep& other) { return other.image == step.image && other.number > 1; });
    });
    return several;
}

const CapabilityFinding* find_finding(const Analysis& analysis, unsigned capability) {
    const auto found = std::ranges::find(analysis.capabilities, capability, &CapabilityFinding::capability);
    return found != analysis.capabilities.end() ? &*found : nullptr;
}

}  // namespace caprec
