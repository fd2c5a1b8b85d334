// SPDX-License-Identifier: Apache-2.0
//
// The recorder's last messages to its user, each a line without "caprec: " and newline.  Names of processes and files
// are escaped: they are somebody else's bytes on our user's terminal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/run_info.h"

namespace caprec {

struct Closing {
    std::uint64_t checks = 0, processes = 0, bytes = 0;
    std::uint64_t kinds = 0;  // in a recording of kinds; else 0
    Losses losses;
    std::string file;  // empty: standard output
    std::vector<Survivor> survivors;
    std::uint64_t survivor_count = 0;
    bool ended_early = false;  // a signal ended it, though survivors were to be recorded
};

std::string closing_line(const Closing& closing);
// Losses that make the trace incomplete; empty: there are none.
std::string loss_line(const Losses& losses);
// Losses that leave the answers whole: where in the program some checks come from is not known.
std::string lost_places_line(const Losses& losses);
// Empty when the kernel tells of mappings, or nobody wants user stacks.
std::string no_mappings_line(const RunHeader& header);
std::string survivor_line(const Closing& closing);  // empty: nobody is left; INCOMPLETE where it ended early

// Advice against an error that comes from a limit; empty for others.
std::string advice_on_limit(int error);
// The text of an error with that advice.
std::string limit_text(int error);

}  // namespace caprec
