// SPDX-License-Identifier: Apache-2.0
//
// JSON lines: a header object; one object for each check, and for the first refusal of each kind that has nothing to do
// with capabilities; and an end object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "analyzer/analysis/run_facts.h"
#include "analyzer/emit/events/event_line.h"
#include "analyzer/result/late_verdicts.h"

namespace caprec {

// `completeness` is null while it is not known yet (a pipe, or a file that is followed).
std::string events_header_json(const RunHeader& header, const Completeness* completeness);
// `left_out`: the checks that were not shown, as they decided nothing.
std::string events_end_json(const RunFacts& run, const Completeness& completeness, const LateVerdicts& late,
                            std::uint64_t left_out);

void append_refusal_json(std::string& text, const RefusedCall& refused);
void append_event_json(std::string& text, const EventLine& line);

}  // namespace caprec
