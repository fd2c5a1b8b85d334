// SPDX-License-Identifier: Apache-2.0
//
// Files that say which capabilities somebody may have: `capanalyze check --policy FILE`.  Each format is one file, and
// one row in policy_formats.cpp.
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
    bool has_services;                          // one of which PolicyText::service chooses
    bool (*looks_like)(std::string_view text);  // whether a text is most likely one
    void (*parse)(const PolicyText& text, ParsedPolicy& result);
};

std::span<const PolicyFormat> policy_formats();  // in the order of --help; where several look like it, the first is it

// Reads a policy.  When no format is given, it is recognized from the text, which is taken for capanalyze's own when it
// looks like none.  Everything that is wrong with the text is a problem of the result.
ParsedPolicy parse_policy(const PolicyText& text, const PolicyFormat* format = nullptr);

}  // namespace caprec
