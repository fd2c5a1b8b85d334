// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analyzer/analysis/analysis.h"
#include "analyzer/analysis/run_facts.h"
#include "analyzer/analysis/verdict.h"
#include "schema/words/count_text.h"

namespace caprec {

// How the text outputs are to look.
struct TextStyle {
    bool color = false;    // ANSI colours; only for a terminal
    bool verbose = false;  // everything, however long
    std::string file;      // the trace as the user named it, for "what to type next"; may be empty
};

enum class Tone : std::uint8_t { plain, strong, good, warning, bad, faint };

std::string painted(const TextStyle& style, Tone tone, std::string_view text);
Tone tone_of(Verdict verdict);

// The lines that come before everything else in every text output: one INCOMPLETE line, its causes below.
// Nothing for a complete trace.
std::string incomplete_text(const Completeness& completeness, const TextStyle& style);

std::string verdict_text(Verdict verdict);       // "not needed"
std::string capability_list(CapabilitySet set);  // "CAP_CHOWN CAP_KILL"; empty for none

}  // namespace caprec
