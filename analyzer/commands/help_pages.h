// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace caprec {

// What the --help of a command says besides its options.
struct HelpPage {
    const char* command;
    std::string_view arguments;  // "FILE"
    const char* purpose;
    const char* rest;  // below the options: columns, words, examples
};

extern const HelpPage report_page, tree_page, minimal_page, why_page, explain_page, info_page, stacks_page, events_page,
    export_page, pack_page, diff_page, check_page, merge_page;

}  // namespace caprec
