// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "analyzer/analysis/verdict.h"
#include "analyzer/follow/attribution.h"
#include "analyzer/follow/judgement.h"
#include "analyzer/sites/key_sites.h"

namespace caprec {

// The verdict of classification, kept for the next check that asks the same, as loops ask millions of times.
struct Memo {
    AttributedCheck check;
    NoOutcome outcome = NoOutcome::no_syscall;
    std::int32_t error = 0;
    Judgement judgement;
    CheckSite site;
    bool open = false;  // the end of the trace may change the judgement
    std::optional<std::uint32_t> uid;
    bool used = false;
    std::uint64_t question = 0;  // see AnnotatedCheck
    std::size_t mounts = 0;      // Judge::mounts_known() at the time
};

}  // namespace caprec
