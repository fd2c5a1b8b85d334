// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "analyzer/analysis/analysis.h"
#include "analyzer/emit/pieces/text_style.h"

namespace caprec {

inline constexpr std::size_t screen_columns = 100;

// Writes the beginning of report and why: the heading line of a run, and what it was recorded on.
void write_run(const Analysis& analysis, const TextStyle& style, std::ostream& out);

// "   1x  /usr/bin/chown  fchownat("f") ok  in setattr_prepare", then the rule's reason on lines of its own, unless
// the reason before, if any, has just said the same.  Verbose: with the kernel stack.
void write_reason(const Reason& reason, const std::string& prefix, const Reason* previous, const TextStyle& style,
                  std::ostream& out);

// "asked for CAP_B  " when the kernel asked for a capability other than the one the reason is shown for; otherwise "".
std::string asked_text(const Reason& reason, unsigned told_of);

// Writes a rule's explanation with the id of the rule, indented and wrapped.
void write_why(const std::string& why, const std::string& rule, const TextStyle& style, std::ostream& out);

// "CAP_A or CAP_B", the least dangerous one first.
// " {ssh.service}", " {container web}"; empty for what is in neither.
std::string keeper_note(const Keeper& keeper);
std::string any_of_text(CapabilitySet set);

// The needs that were denied where something failed, and that `held` does not meet: "CAP_A or CAP_B; CAP_C"; empty:
// none.  The look-ups that select_needs() leaves out are not among them.
std::string missing_text(const Analysis& analysis, CapabilitySet held = {});

// "3 more reasons", and how to see them; nothing for 0.
void write_more(std::size_t left_out, const TextStyle& style, std::ostream& out);

// "/usr/sbin/named, step 2: setuid, gave up CAP_SETUID"
std::string drop_text(const DropStep& step);

}  // namespace caprec
