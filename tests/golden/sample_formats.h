// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/emit/minimal/format.h"

namespace caprec {

// A FormatInput, and the data that it points to.
struct FormatSample {
    Analysis analysis;
    Split split = Split::run;
    std::vector<Part> parts;
    bool include_missing = false;
    std::string trace = "run.cap";

    FormatInput input() const { return {analysis, split, parts, include_missing, trace}; }
};

FormatSample whole_run(Analysis analysis);  // the whole run, with the set of the analysis
FormatSample incomplete_sample();           // incomplete_analysis(), with what it lacks
FormatSample unrun_sample();                // a command that could not be executed
FormatSample user_sample();                 // run as www-data, needs CAP_NET_BIND_SERVICE, lacks CAP_SYS_RESOURCE
FormatSample denied_sample();               // the same, but needs nothing
FormatSample missing_sample();              // the user's with --include-missing
FormatSample root_service_sample();         // needs CAP_SETUID, CAP_SETGID and CAP_SYS_ADMIN, as root
FormatSample images_sample();               // sh -c '...', by executable; one needs nothing
FormatSample phases_sample();               // the service, by phase
FormatSample hostile_sample();              // hostile names in every place a format reads
FormatSample hostile_images_sample();       // and as names of parts

struct NamedSample {
    const char* name;
    FormatSample (*make)();
};
std::span<const NamedSample> format_samples();  // all of them

std::string written(std::string_view format, const FormatSample& sample);

// Three views of a text with # or C comments: the text without them, the text with only the first word of each
// paragraph, and the paragraphs, each on one line.
std::string without_comments(std::string_view text);
std::string with_short_comments(std::string_view text);
std::vector<std::string> comments_of(std::string_view text);

// Bytes that end comments, lines, quotes and words in some language.
std::string hostile_name();

}  // namespace caprec
