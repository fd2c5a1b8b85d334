// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/classify/rule.h"
#include "schema/trace_reader.h"

namespace caprec {

// Gathers what the rules may look at from a trace's tables and asks them.
class Judge {
public:
    explicit Judge(const TraceReader& reader);  // after ReadStatus::header; keeps a reference

    // An index for rule_at().  `error`: errno of the syscall; 0: it succeeded, or is not known.
    std::uint32_t rule_for(const CheckRow& row, const KernelSite& site, SiteSource source, NoOutcome outcome,
                           std::int32_t error) const;

private:
    const TraceReader& reader_;
    RunConditions conditions_;
    SyscallTable syscalls_;
};

}  // namespace caprec
