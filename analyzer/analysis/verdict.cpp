// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis/verdict.h"

namespace caprec {

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

}  // namespace caprec
