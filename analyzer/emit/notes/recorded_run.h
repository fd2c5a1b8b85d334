// SPDX-License-Identifier: Apache-2.0
//
// Facts about the run that the formats need besides its set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/notes/format_input.h"

namespace caprec {

// The user that the command was started as; root, when what was recorded ran already.
struct Identity {
    std::uint32_t uid = 0, gid = 0;
    std::string user;  // raw bytes, as -u named it; empty: the caller itself, then gid is known
    bool root() const { return uid == 0; }
};
Identity identity_of(const RunHeader& header);

// The first program of the command, before it ran another one; raw bytes, empty when the trace does not say.
std::string main_image(const Analysis& analysis);

// Programs that needed something, going by the reasons that are kept; raw bytes.
std::vector<std::string> images_in_need(const Analysis& analysis);

// A program that gave capabilities or ids, being set-user-ID or having file capabilities; empty: none is known.  A
// command that root did not start has capabilities from nowhere else; one that root started may have given them up
// before.
std::string privileged_executable(const Analysis& analysis);

// The command of a part as words of a POSIX shell: that of the run, or the first one that ran the image of the part; a
// placeholder when the trace does not have all of it.
std::string command_line(const FormatInput& input, const Part& part);

CapabilitySet union_of(const std::vector<Part>& parts);
CapabilitySet missing_in(const std::vector<Part>& parts);  // members of some part that only include_missing put there
// "CAP_A or CAP_B; CAP_C": the Part::left_out of all parts together.
std::string left_out_text(const std::vector<Part>& parts);

}  // namespace caprec
