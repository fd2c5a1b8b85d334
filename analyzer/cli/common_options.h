// SPDX-License-Identifier: Apache-2.0
//
// Options that several commands of capanalyze have.
#pragma once

#include "schema/options/option_row.h"

namespace caprec {

constexpr OptionRow json_option = {"json", Takes::nothing, "", "machine-readable output (documented in docs/json.md)"};
constexpr OptionRow no_json_option = {"json", Takes::nothing, "", "", true};
constexpr OptionRow help_option = {"help,h", Takes::nothing, "", "this text"};
constexpr OptionRow knowledge_option = {"knowledge", Takes::one, "FILE",
                                        "use this table of kernel sites instead of the built-in one"};
constexpr OptionRow sysroot_option = {
    "sysroot", Takes::one, "DIR",
    "look for the recorded machine's files below DIR, for names and lines in user stacks"};
constexpr OptionRow debug_dir_option = {
    "debug-dir", Takes::many, "DIR",
    "look for debug files in DIR/.build-id, as well as in /usr/lib/debug; may be repeated"};
constexpr OptionRow output_option = {"output,o", Takes::one, "FILE", "write to this file; - is standard output"};

}  // namespace caprec
