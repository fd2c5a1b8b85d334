// SPDX-License-Identifier: Apache-2.0
//
// The formats of files that say which capabilities somebody may have: `capanalyze check --policy FILE`.  Each format is
// one file, and one row in policy_formats.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "analyzer/policy/policy.h"

namespace caprec {

struct PolicyText {
    static constexpr std::size_t max_bytes = std::size_t{1} << 20;  // more is refused

    std::string_view bytes;
    std::string file;     // as the user named it
    std::string service;  // which of several services or containers is meant; empty: there is only one
};

struct PolicyFormat {
    std::string_view name, summary;             // "compose", "a service of a Compose file"
    bool has_services;                          // it has services, of which PolicyText::service chooses one
    bool (*looks_like)(std::string_view text);  // whether a text is most likely in this format
    void (*parse)(const PolicyText& text, ParsedPolicy& result);
};

std::span<const PolicyFormat> policy_formats();  // in the order of --help; the first that looks like it is taken

// Reads a policy.  When no format is given, it is recognized from the text; a text like none of them is taken for
// capanalyze's own.  Everything that is wrong with the text is a problem in the result.
ParsedPolicy parse_policy(const PolicyText& text, const PolicyFormat* format = nullptr);

}  // namespace caprec
