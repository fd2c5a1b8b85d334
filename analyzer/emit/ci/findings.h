// SPDX-License-Identifier: Apache-2.0
//
// The results of diff and check, in the one shape that the formats for CI and code review are written from.  All text
// is escaped unless it is called raw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/analysis/analysis.h"

namespace caprec {

// A remark on the traces, whatever was found: one is incomplete, or there is a note on it.
struct Remark {
    bool incomplete = false;
    std::string text;  // "the new trace is incomplete: 12 checks were lost..."
};
// Adds the remarks on an analysis; `which` is "the new trace".
void add_remarks(std::string_view which, const Analysis& analysis, std::vector<Remark>& remarks);

// Adds the calls that were refused for a reason other than a capability, unless the trace `before`, if there is one,
// has them, too.
void add_refusals(std::string_view which, const OtherRefusals& now, const OtherRefusals* before,
                  std::vector<Remark>& remarks);

struct SourcePlace {
    std::string file;      // raw
    std::size_t line = 0;  // 0: the file is all that is known
};

struct ListedFinding {
    bool is_error = false;
    std::string_view id;               // id of its rule: "newly_needed"
    std::string program;               // "/usr/sbin/nginx"
    std::string capability;            // "CAP_CHOWN"
    std::string message;               // "/usr/sbin/nginx newly needs CAP_CHOWN"
    std::string detail;                // "before: never asked; now: required"
    const Reason* reason = nullptr;    // null: none is known
    std::string image;                 // raw path of the program; it is the place when no other one is known
    std::vector<SourcePlace> places;   // where to look first: the line of a policy; none: where the program calls
    std::vector<std::string> columns;  // cells of a table, between the capability and the place
    std::vector<std::pair<std::string_view, std::string>> properties;  // for machines
};

struct FindingList {
    std::string_view command, version;  // "diff"; the version of capanalyze
    std::string_view error_word;        // "regression"
    std::string answer;                 // "2 regressions"
    std::string_view nothing;           // the name of the one test there is when nothing was found: "no change"
    std::vector<std::string_view> columns;
    std::vector<ListedFinding> findings;
    std::vector<Remark> remarks;
    std::vector<std::string> facts, items;                        // sentences, then points of a list
    std::vector<std::pair<std::string_view, std::string>> rules;  // all ids, and what each means
};

// "fchownat("f") ok in setattr_prepare"; empty without a reason.
std::string call_of(const Reason* reason);

void write_markdown(const FindingList& list, std::ostream& out);
void write_github(const FindingList& list, std::ostream& out);
void write_junit(const FindingList& list, std::ostream& out);
void write_sarif(const FindingList& list, std::ostream& out);

}  // namespace caprec
