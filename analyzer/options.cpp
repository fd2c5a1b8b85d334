// SPDX-License-Identifier: Apache-2.0
#include "analyzer/options.h"

#include <algorithm>

#include "analyzer/commands/help_pages.h"
#include "analyzer/emit/check_formats.h"
#include "analyzer/emit/diff_formats.h"
#include "analyzer/emit/escape.h"
#include "analyzer/export/export_format.h"
#include "analyzer/nearest_name.h"
#include "analyzer/option_parser.h"
#include "analyzer/policy/policy_formats.h"

namespace caprec {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

void read_verdicts(const OptionParser& parser, EventsOptions& options) {
    constexpr Verdict all[] = {Verdict::required, Verdict::alternative, Verdict::missing, Verdict::unclassified,
                               Verdict::not_needed};
    bool granted = false, denied = false;
    for (const std::string& word : parser.comma_list("verdict")) {
        const auto* found = std::find_if(std::begin(all), std::end(all),
                                         [&](Verdict verdict) { return word == verdict_name(verdict); });
        if (word == "granted")
            granted = true;
        else if (word == "denied")
            denied = true;
        else if (found != std::end(all))
            options.verdicts.push_back(*found);
        else
            parser.refuse("verdict", word, "required, alternative, missing, unclassified, not_needed, granted, denied");
    }
    if (granted != denied)
        options.granted = granted;
}

Split read_split(const OptionParser& parser, const std::string& word) {
    if (word != "image" && word != "phase")
        parser.refuse("per", word, "image, phase");
    return word == "image" ? Split::image : Split::phase;
}

FrameChoice read_frames(const OptionParser& parser, const std::string& word) {
    if (word != "user" && word != "kernel")
        parser.refuse("frames", word, "user, kernel");
    return word == "user" ? FrameChoice::user : FrameChoice::kernel;
}

template <class Formats> std::string format_names(const Formats& formats) {
    std::string names;
    for (const auto& format : formats)
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

template <class Formats> std::string format_suggestion(const std::string& word, const Formats& formats) {
    std::vector<std::string_view> names;
    for (const auto& format : formats)
        names.push_back(format.name);
    const std::string_view near = nearest_name(word, names);
    return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

template <class Format>
const Format* format_named(const OptionParser& parser, const char* option, const std::string& name,
                           std::span<const Format> known) {
    const auto found = std::ranges::find(known, name, &Format::name);
    if (found == known.end())
        parser.refuse(option, name, format_names(known) + format_suggestion(name, known));
    return &*found;
}

// The format of --format, or the one that --json stands for, or text.
template <class Format>
const Format* read_format(const OptionParser& parser, const CommonOptions& options, std::span<const Format> known) {
    if (parser.has("format") && options.json && parser.text("format") != "json")
        parser.fail("--json is --format json; it excludes --format " + escape(parser.text("format")));
    return format_named(parser, "format",
                        parser.has("format") ? parser.text("format")
                        : options.json       ? "json"
                                             : "text",
                        known);
}

// Reads one trace or more; the first becomes the one of the common options.
Words read_files(const OptionParser& parser, CommonOptions& options) {
    Words files = parser.list("file");
    if (files.empty())
        parser.fail("no trace given: one FILE or more");
    for (const std::string& file : files)
        parser.set_file(options, file);
    if (std::ranges::count(files, "-") > 1)
        parser.fail("only one of the traces can be standard input");
    options.file = files.front();
    return files;
}

template <class Options> Options parse_simple(OptionParser& parser, const Words& arguments, const char* verbose_help) {
    parser.judges();
    parser.add()("verbose,v", verbose_help);
    parser.parse(arguments);
    Options options;
    parser.fill(options);
    options.verbose = parser.has("verbose");
    return options;
}

}  // namespace

Invocation find_command(std::span<const std::string> arguments, std::span<const std::string_view> names) {
    Invocation invocation{names.front(), false, {arguments.begin(), arguments.end()}};
    const auto word = std::find_if(arguments.begin(), arguments.end(), [](const std::string& argument) {
        return argument == "-" || argument == "--" || !argument.starts_with('-');
    });
    if (word == arguments.end() || std::find(names.begin(), names.end(), *word) == names.end())
        return invocation;
    invocation.command = *std::find(names.begin(), names.end(), *word);
    invocation.named = true;
    invocation.arguments.erase(invocation.arguments.begin() + (word - arguments.begin()));
    return invocation;
}

ReportOptions parse_report_options(const Words& arguments) {
    OptionParser parser(report_page);
    parser.shows_user_stacks();
    return parse_simple<ReportOptions>(parser, arguments, "all reasons, with their stacks, and the processes");
}

TreeOptions parse_tree_options(const Words& arguments) {
    OptionParser parser(tree_page);
    return parse_simple<TreeOptions>(parser, arguments, "whole command lines, and thread counts");
}

MinimalOptions parse_minimal_options(const Words& arguments) {
    OptionParser parser(minimal_page);
    parser.judges();
    parser.add()("format", po::value<std::string>()->value_name("NAME"),
                 "for which program the set is written: see below")(
        "per", po::value<std::string>()->value_name("WHAT"),
        "one set for each image (program) or phase (startup, after-drop) instead of one for the run")(
        "include-missing",
        "add what was denied where something failed because of it; denied look-ups (stat, access, execve along a "
        "PATH) only where nothing else failed")("allow-incomplete", "print the set even when the trace is incomplete")(
        "verbose,v", "say on standard error what else would do");
    parser.parse(arguments);
    MinimalOptions options;
    parser.fill(options);
    options.verbose = parser.has("verbose");
    options.allow_incomplete = parser.has("allow-incomplete");
    options.include_missing = parser.has("include-missing");
    if (parser.has("per"))
        options.split = read_split(parser, parser.text("per"));
    if (!options.help)
        options.format = read_format(parser, options, formats());
    return options;
}

WhyOptions parse_why_options(const Words& arguments) {
    OptionParser parser(why_page);
    parser.judges();
    parser.shows_user_stacks();
    parser.parse(arguments);
    WhyOptions options;
    if (!parser.fill_common(options))
        return options;
    const Words words = parser.list("file");
    if (words.size() != 2)
        parser.fail("one trace and one capability: capanalyze why FILE CAP_CHOWN");
    const std::optional<unsigned> number = capability_number(words[1]);
    if (!number)
        parser.fail("'" + escape(words[1]) + "' is not a capability" + capability_suggestion(words[1]) +
                    ": capanalyze why FILE CAP_CHOWN");
    options.capability = *number;
    parser.set_file(options, words[0]);
    return options;
}

DiffOptions parse_diff_options(const Words& arguments) {
    OptionParser parser(diff_page);
    parser.judges();
    parser.shows_user_stacks();
    parser.add()("format", po::value<std::string>()->value_name("NAME"), "how to write the result: see below")(
        "allow-incomplete", "compare the traces even when one is incomplete")(
        "verbose,v", "all changes, with the stacks of their reasons");
    parser.parse(arguments);
    DiffOptions options;
    if (!parser.fill_common(options))
        return options;
    const Words words = parser.list("file");
    if (words.size() != 2)
        parser.fail("two traces, the old one first: capanalyze diff OLD NEW");
    if (words[0] == "-" && words[1] == "-")
        parser.fail("only one of the traces can be standard input");
    parser.set_file(options, words[0]);
    parser.set_file(options, words[1]);
    options.file = words[0];
    options.other_file = words[1];
    options.format = read_format(parser, options, diff_formats());
    options.verbose = parser.has("verbose");
    options.allow_incomplete = parser.has("allow-incomplete");
    return options;
}

CheckOptions parse_check_options(const Words& arguments) {
    OptionParser parser(check_page);
    parser.judges();
    parser.shows_user_stacks();
    parser.add()("policy", po::value<std::string>()->value_name("FILE"), "what is allowed; - is standard input")(
        "policy-format", po::value<std::string>()->value_name("NAME"),
        "the format of the policy, whatever it looks like: see below")(
        "service", po::value<std::string>()->value_name("NAME"),
        "which service or container of the policy, when it has several")(
        "format", po::value<std::string>()->value_name("NAME"), "how to write the result: see below")(
        "image", po::value<Words>()->value_name("PATH"),
        "judge only this program: its path, or the last part of it; may be repeated")(
        "expected", po::value<std::string>()->value_name("FILE"),
        "a file with lines of deny: denials that are known, for policies that cannot express them")(
        "allow-incomplete", "check the trace even when it is incomplete")(
        "allow-other-user", "let a run that was recorded as root fit a policy for another user")(
        "verbose,v", "with the stacks of the reasons");
    parser.parse(arguments);
    CheckOptions options;
    if (!parser.fill_common(options))
        return options;
    options.files = read_files(parser, options);
    if (!parser.has("policy") || parser.text("policy").empty())
        parser.fail("no policy given: capanalyze check FILE --policy POLICY");
    options.policy = parser.text("policy");
    if (options.policy == "-" && std::ranges::find(options.files, "-") != options.files.end())
        parser.fail("only one of the trace and the policy can be standard input");
    if (parser.has("policy-format"))
        options.policy_format = format_named(parser, "policy-format", parser.text("policy-format"), policy_formats());
    if (parser.has("service"))
        options.service = parser.text("service");
    options.format = read_format(parser, options, check_formats());
    options.images = parser.list("image");
    if (parser.has("expected"))
        options.expected = parser.text("expected");
    options.verbose = parser.has("verbose");
    options.allow_incomplete = parser.has("allow-incomplete");
    options.allow_other_user = parser.has("allow-other-user");
    return options;
}

ExplainOptions parse_explain_options(const Words& arguments) {
    OptionParser parser(explain_page);
    parser.judges();
    parser.parse(arguments);
    ExplainOptions options;
    if (!parser.fill_common(options))
        return options;
    const Words words = parser.list("file");
    if (words.size() != 1 || words[0].empty())
        parser.fail("one capability or one function of the kernel: capanalyze explain CAP_CHOWN");
    options.subject = words[0];
    return options;
}

InfoOptions parse_info_options(const Words& arguments) {
    OptionParser parser(info_page);
    parser.parse(arguments);
    InfoOptions options;
    parser.fill(options);
    return options;
}

StacksOptions parse_stacks_options(const Words& arguments) {
    OptionParser parser(stacks_page);
    parser.judges();
    parser.shows_user_stacks();
    parser.add()("cap", po::value<Words>()->value_name("LIST"), "only these capabilities: CAP_CHOWN, chown, 0 ...")(
        "folded", "one line for each stack, for flame graphs");
    parser.parse(arguments);
    StacksOptions options;
    parser.fill(options);
    options.capabilities = parser.capabilities("cap");
    options.folded = parser.has("folded");
    if (options.folded && options.json)
        parser.fail("--folded and --json exclude each other");
    return options;
}

ExportOptions parse_export_options(const Words& arguments) {
    OptionParser parser(export_page, false);
    parser.judges();
    parser.shows_user_stacks();
    parser.add()("format", po::value<std::string>()->value_name("NAME"), "the program that shall read it: see below")(
        "output,o", po::value<std::string>()->value_name("FILE"), "write to this file; - is standard output")(
        "cap", po::value<Words>()->value_name("LIST"), "only these capabilities: CAP_CHOWN, chown, 0 ...")(
        "frames", po::value<std::string>()->value_name("WHICH"),
        "only the functions of the program (user) or of the kernel (kernel)");
    parser.parse(arguments);
    ExportOptions options;
    parser.fill(options);
    options.capabilities = parser.capabilities("cap");
    if (parser.has("output"))
        options.output = parser.text("output");
    if (options.help)
        return options;
    if (options.json)
        parser.fail("--json: export writes what other programs read; events and stacks have --json");
    if (parser.has("frames"))
        options.frames = read_frames(parser, parser.text("frames"));
    if (!parser.has("format"))
        parser.fail("no format given: --format " + format_names(export_formats()));
    options.format = format_named(parser, "format", parser.text("format"), export_formats());
    return options;
}

PackOptions parse_pack_options(const Words& arguments) {
    OptionParser parser(pack_page, false);
    parser.shows_user_stacks();
    parser.add()("output,o", po::value<std::string>()->value_name("FILE"), "write to this file; - is standard output");
    parser.parse(arguments);
    PackOptions options;
    parser.fill(options);
    if (options.help)
        return options;
    if (options.json)
        parser.fail("--json: pack writes a trace");
    if (!parser.has("output") || parser.text("output").empty())
        parser.fail("no output given: capanalyze pack FILE -o PACKED");
    options.output = parser.text("output");
    return options;
}

MergeOptions parse_merge_options(const Words& arguments) {
    OptionParser parser(merge_page, false);
    parser.add()("output,o", po::value<std::string>()->value_name("FILE"), "write to this file; - is standard output");
    parser.parse(arguments);
    MergeOptions options;
    if (!parser.fill_common(options))
        return options;
    if (options.json)
        parser.fail("--json: merge writes a trace");
    options.files = read_files(parser, options);
    if (!parser.has("output") || parser.text("output").empty())
        parser.fail("no output given: capanalyze merge FILE... -o MERGED");
    options.output = parser.text("output");
    return options;
}

EventsOptions parse_events_options(const Words& arguments) {
    OptionParser parser(events_page);
    parser.judges();
    parser.shows_user_stacks();
    parser.add()("pid,p", po::value<Words>()->value_name("PID"), "only this process or thread")(
        "comm", po::value<Words>()->value_name("NAME"), "only threads of this name")(
        "image", po::value<Words>()->value_name("PATH"), "only this program: its path, or the last part of it")(
        "cap", po::value<Words>()->value_name("LIST"), "only these capabilities: CAP_CHOWN, chown, ...")(
        "verdict", po::value<Words>()->value_name("LIST"),
        "only these: required, alternative, missing, unclassified, not_needed; granted, denied")(
        "unique", "each (image, capability, verdict, syscall, error) once")(
        "follow,f", "keep reading while the file is being recorded")(
        "kernel-stacks,K", "the kernel stack below each line")("user-stacks,U", "the user stack below each line")(
        "time", po::value<Words>()->value_name("CLOCK"),
        "wall (of the recorded host; the default), rel (since the start) or mono");
    parser.parse(arguments);
    EventsOptions options;
    parser.fill(options);
    options.pids = parser.numbers("pid");
    options.comms = parser.list("comm");
    options.images = parser.list("image");
    options.capabilities = parser.capabilities("cap");
    read_verdicts(parser, options);
    options.unique = parser.has("unique");
    options.follow = parser.has("follow");
    options.kernel_stacks = parser.has("kernel-stacks");
    options.user_stacks = parser.has("user-stacks");
    for (const std::string& word : parser.list("time")) {
        if (word == "wall")
            options.time = EventTime::wall;
        else if (word == "rel")
            options.time = EventTime::relative;
        else if (word == "mono")
            options.time = EventTime::monotonic;
        else
            parser.refuse("time", word, "wall, rel, mono");
    }
    return options;
}

}  // namespace caprec
