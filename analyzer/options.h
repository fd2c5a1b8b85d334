// SPDX-License-Identifier: Apache-2.0
//
// The command line of capanalyze as plain structs, one a command.  Whatever is wrong with it is an Error that names the
// option and says where to read more.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/emit/event_line.h"
#include "analyzer/emit/formats/format.h"
#include "analyzer/export/check_frames.h"
#include "analyzer/symbols/file_finder.h"
#include "schema/capability.h"

namespace caprec {

struct CheckFormat;
struct DiffFormat;
struct ExportFormat;
struct PolicyFormat;

// Which command it is, and the arguments that are left for it.
struct Invocation {
    std::string_view command;            // one of the names given; the first of them when none was named
    bool named = false;                  // the user wrote it
    std::vector<std::string> arguments;  // all others
};
// The command is the first argument that is not an option, when it is one of `names`; anything else is a file.
Invocation find_command(std::span<const std::string> arguments, std::span<const std::string_view> names);

struct CommonOptions {
    std::string file;       // "-": standard input; never empty unless `help`
    std::string knowledge;  // a file that replaces what is built in; empty: none given
    FileSearch search;      // of commands that show user stacks
    bool json = false;
    std::optional<std::string> help;  // print this and do nothing else
};

struct ReportOptions : CommonOptions {
    bool verbose = false;
};
struct TreeOptions : CommonOptions {
    bool verbose = false;
};
struct MinimalOptions : CommonOptions {
    bool verbose = false, allow_incomplete = false, include_missing = false;
    Split split = Split::run;
    const Format* format = nullptr;  // null unless `help` is set: --json is the format of that name
};
struct WhyOptions : CommonOptions {
    unsigned capability = 0;
};
struct DiffOptions : CommonOptions {  // `file`: the old trace
    std::string other_file;
    const DiffFormat* format = nullptr;  // null only when `help` is set
    bool verbose = false, allow_incomplete = false;
};
struct CheckOptions : CommonOptions {             // `file`: the first one
    std::vector<std::string> files;               // and folders
    std::string policy;                           // a file, or "-"; never empty unless `help`
    const PolicyFormat* policy_format = nullptr;  // null: what the file looks like
    std::string service;                          // of several; empty: none is named
    const CheckFormat* format = nullptr;          // null only when `help` is set
    std::vector<std::string> images;              // only these: paths, or last parts of them; empty: all
    std::string expected;                         // a policy of our own with refusals that are known; empty: none
    bool verbose = false, allow_incomplete = false, allow_other_user = false;
};
struct ExplainOptions : CommonOptions {  // no file
    std::string subject;                 // a capability, or a function of the kernel
};
struct InfoOptions : CommonOptions {};
struct StacksOptions : CommonOptions {
    CapabilitySet capabilities;  // empty: all
    bool folded = false;
};
struct ExportOptions : CommonOptions {
    CapabilitySet capabilities;            // empty: all
    const ExportFormat* format = nullptr;  // null only when `help` is set
    FrameChoice frames = FrameChoice::all;
    std::string output;  // a file; empty or "-": standard output
};
struct EventsOptions : CommonOptions {
    // An empty filter lets everything pass.  Several values of one filter are alternatives; different filters must all
    // hold.
    std::vector<std::uint32_t> pids;  // process or thread, in the recorder's PID namespace
    std::vector<std::string> comms;
    std::vector<std::string> images;  // a whole path, or its last component
    CapabilitySet capabilities;
    std::vector<Verdict> verdicts;
    std::optional<bool> granted;
    bool unique = false, follow = false, kernel_stacks = false, user_stacks = false;
    EventTime time = EventTime::wall;
};

struct PackOptions : CommonOptions {
    std::string output;  // "-": standard output; never empty unless `help`
};

struct MergeOptions : CommonOptions {  // `file`: the first one
    std::vector<std::string> files;    // and folders
    std::string output;                // "-": standard output; never empty unless `help`
};

ReportOptions parse_report_options(const std::vector<std::string>& arguments);
TreeOptions parse_tree_options(const std::vector<std::string>& arguments);
MinimalOptions parse_minimal_options(const std::vector<std::string>& arguments);
WhyOptions parse_why_options(const std::vector<std::string>& arguments);
DiffOptions parse_diff_options(const std::vector<std::string>& arguments);
CheckOptions parse_check_options(const std::vector<std::string>& arguments);
ExplainOptions parse_explain_options(const std::vector<std::string>& arguments);
InfoOptions parse_info_options(const std::vector<std::string>& arguments);
StacksOptions parse_stacks_options(const std::vector<std::string>& arguments);
PackOptions parse_pack_options(const std::vector<std::string>& arguments);
MergeOptions parse_merge_options(const std::vector<std::string>& arguments);
ExportOptions parse_export_options(const std::vector<std::string>& arguments);
EventsOptions parse_events_options(const std::vector<std::string>& arguments);

}  // namespace caprec
