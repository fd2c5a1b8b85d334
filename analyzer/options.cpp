// SPDX-License-Identifier: Apache-2.0
#include "analyzer/options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

#include "analyzer/commands/help_pages.h"
#include "analyzer/commands/nearest_name.h"
#include "analyzer/emit/escape.h"
#include "schema/error.h"

namespace caprec {
namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

constexpr std::size_t option_width = 24;  // of the names in --help
constexpr std::string_view formats_mark = "@FORMATS@";

std::string see_help(const HelpPage& page) { return "; see 'capanalyze " + std::string(page.command) + " --help'"; }

Words split_commas(const Words& values) {
    Words parts;
    for (const std::string& value : values) {
        std::istringstream list(value);
        for (std::string part; std::getline(list, part, ',');)
            parts.push_back(part);
    }
    return parts;
}

std::string format_lines() {
    std::string lines;
    for (const Format& format : formats())
        lines += "  " + left_aligned(std::string(format.name), 13) + std::string(format.summary) + '\n';
    return lines;
}

// The options of one command: declared, parsed, and read back as plain values.
class Parser {
public:
    explicit Parser(const HelpPage& page) : page_(page) {
        visible_.add_options()("json", "machine-readable output (documented in docs/json.md)")("help,h", "this text");
    }
    void judges() {
        visible_.add_options()("knowledge", po::value<std::string>()->value_name("FILE"),
                               "what is known of the kernel's call sites, instead of what is built in");
    }

    po::options_description_easy_init add() { return visible_.add_options(); }

    void parse(const Words& arguments) {
        po::options_description all;
        all.add(visible_);
        all.add_options()("file", po::value<Words>());
        po::positional_options_description places;
        places.add("file", -1);
        try {
            const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
            po::store(po::command_line_parser(arguments).options(all).positional(places).style(style).run(), values_);
        } catch (const po::unknown_option& error) {
            throw Error("unknown option " + escape(error.get_option_name()) + see_help(page_));
        } catch (const po::error& error) {
            throw Error(escape(error.what()) + see_help(page_));
        }
    }

    // False: only help was wanted.
    bool fill_common(CommonOptions& options) const {
        options.json = has("json");
        options.knowledge = has("knowledge") ? text("knowledge") : "";
        if (has("knowledge") && options.knowledge.empty())
            throw Error("--knowledge: the name of the file is empty" + see_help(page_));
        if (has("help"))
            options.help = help_text();
        return !options.help;
    }

    void fill(CommonOptions& options) const {
        if (!fill_common(options))
            return;
        const Words files = list("file");
        if (files.empty())
            throw Error("no trace given: capanalyze " + std::string(page_.command) + " FILE (- for standard input)" +
                        see_help(page_));
        if (files.size() > 1)
            throw Error("one trace at a time: " + escape(files[0]) + " or " + escape(files[1]) + "?" + see_help(page_));
        set_file(options, files[0]);
    }

    void set_file(CommonOptions& options, const std::string& file) const {
        options.file = file;
        if (options.file.empty())
            throw Error("the name of the trace is empty" + see_help(page_));
    }
    [[noreturn]] void fail(const std::string& problem) const { throw Error(problem + see_help(page_)); }
    std::string text(const char* name) const { return values_[name].as<std::string>(); }

    bool has(const char* name) const { return values_.count(name) != 0; }
    Words list(const char* name) const { return has(name) ? values_[name].as<Words>() : Words(); }

    std::vector<std::uint32_t> numbers(const char* name) const {
        std::vector<std::uint32_t> result;
        for (const std::string& word : split_commas(list(name))) {
            std::uint32_t number = 0;
            const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
            if (error != std::errc() || end != word.data() + word.size())
                throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not a process id" +
                            see_help(page_));
            result.push_back(number);
        }
        return result;
    }

    CapabilitySet capabilities(const char* name) const {
        CapabilitySet set;
        for (const std::string& word : split_commas(list(name))) {
            const std::optional<unsigned> number = capability_number(word);
            if (!number)
                throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not a capability" +
                            see_help(page_));
            set.insert(*number);
        }
        return set;
    }

    [[noreturn]] void refuse(const char* name, std::string_view word, const char* valid) const {
        throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not one of " + valid + see_help(page_));
    }

private:
    std::string help_text() const {
        std::ostringstream text;
        text << "usage: capanalyze " << page_.command << " [options] " << page_.arguments << "\n\n"
             << page_.purpose << '\n'
             << (page_.arguments.find("FILE") == std::string_view::npos
                     ? ""
                     : "FILE is a trace of caprec; - is standard input.\n")
             << "\nOptions:\n";
        for (const auto& option : visible_.options()) {
            const std::string brief = option->canonical_display_name(po::command_line_style::allow_dash_for_short);
            const std::string value = option->semantic()->max_tokens() > 0 ? ' ' + option->semantic()->name() : "";
            const std::string names = (brief.starts_with("--") || brief.size() != 2 ? "    --" : brief + ", --") +
                                      option->long_name() + value;
            text << "  " << left_aligned(names, option_width)
                 << wrapped(option->description(), 2 + option_width, 2 + option_width, 100) << '\n';
        }
        std::string rest = page_.rest;
        if (const std::size_t place = rest.find(formats_mark); place != std::string::npos)
            rest.replace(place, formats_mark.size(), format_lines());
        text << '\n' << rest;
        return text.str();
    }

    const HelpPage& page_;
    po::options_description visible_;
    po::variables_map values_;
};

void read_verdicts(const Parser& parser, EventsOptions& options) {
    constexpr Verdict all[] = {Verdict::required, Verdict::alternative, Verdict::missing, Verdict::unclassified,
                               Verdict::not_needed};
    bool granted = false, denied = false;
    for (const std::string& word : split_commas(parser.list("verdict"))) {
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

Split read_split(const Parser& parser, const std::string& word) {
    if (word != "image" && word != "phase")
        parser.refuse("per", word, "image, phase");
    return word == "image" ? Split::image : Split::phase;
}

std::string format_names() {
    std::string names;
    for (const Format& format : formats())
        names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

std::string format_suggestion(const std::string& word) {
    std::vector<std::string_view> names;
    for (const Format& format : formats())
        names.push_back(format.name);
    const std::string_view near = nearest_name(word, names);
    return near.empty() ? "" : "; did you mean '" + std::string(near) + "'?";
}

template <class Options> Options parse_simple(const HelpPage& page, const Words& arguments, const char* verbose_help) {
    Parser parser(page);
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
    return parse_simple<ReportOptions>(report_page, arguments, "all reasons, with kernel stacks, and the processes");
}

TreeOptions parse_tree_options(const Words& arguments) {
    return parse_simple<TreeOptions>(tree_page, arguments, "whole command lines, and thread counts");
}

MinimalOptions parse_minimal_options(const Words& arguments) {
    Parser parser(minimal_page);
    parser.judges();
    parser.add()("format", po::value<std::string>()->value_name("NAME"), "for whom the set is: see below")(
        "per", po::value<std::string>()->value_name("WHAT"),
        "one set for each image (executable) or phase (startup, after-drop) instead of one for the run")(
        "include-missing", "what was denied, and failed something, belongs to the set")(
        "allow-incomplete", "print the set even when a part of the trace is missing")(
        "verbose,v", "say on standard error what else would do");
    parser.parse(arguments);
    MinimalOptions options;
    parser.fill(options);
    options.verbose = parser.has("verbose");
    options.allow_incomplete = parser.has("allow-incomplete");
    options.include_missing = parser.has("include-missing");
    if (parser.has("per"))
        options.split = read_split(parser, parser.text("per"));
    if (parser.has("format") && options.json && parser.text("format") != "json")
        parser.fail("--json is --format json; it excludes --format " + escape(parser.text("format")));
    const std::string name = parser.has("format") ? parser.text("format") : options.json ? "json" : "text";
    options.format = find_format(name);
    if (options.format == nullptr && !options.help)
        parser.refuse("format", name, (format_names() + format_suggestion(name)).c_str());
    return options;
}

WhyOptions parse_why_options(const Words& arguments) {
    Parser parser(why_page);
    parser.judges();
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

ExplainOptions parse_explain_options(const Words& arguments) {
    Parser parser(explain_page);
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
    Parser parser(info_page);
    parser.parse(arguments);
    InfoOptions options;
    parser.fill(options);
    return options;
}

StacksOptions parse_stacks_options(const Words& arguments) {
    Parser parser(stacks_page);
    parser.judges();
    parser.add()("cap", po::value<Words>()->value_name("LIST"), "only these capabilities: CAP_CHOWN, chown, 0 ...")(
        "folded", "one line a stack, for flame graphs");
    parser.parse(arguments);
    StacksOptions options;
    parser.fill(options);
    options.capabilities = parser.capabilities("cap");
    options.folded = parser.has("folded");
    if (options.folded && options.json)
        throw Error("--folded and --json exclude each other" + see_help(stacks_page));
    return options;
}

EventsOptions parse_events_options(const Words& arguments) {
    Parser parser(events_page);
    parser.judges();
    parser.add()("pid,p", po::value<Words>()->value_name("PID"), "only this process or thread")(
        "comm", po::value<Words>()->value_name("NAME"), "only threads of this name")(
        "image", po::value<Words>()->value_name("PATH"), "only this executable: its path, or the last part of it")(
        "cap", po::value<Words>()->value_name("LIST"), "only these capabilities: CAP_CHOWN, chown, ...")(
        "verdict", po::value<Words>()->value_name("LIST"),
        "only these: required, alternative, missing, unclassified, not_needed; granted, denied")(
        "unique", "each (image, capability, verdict, syscall, error) once")(
        "follow,f", "go on while the file is being recorded")("kernel-stacks,K", "the kernel stack below each line")(
        "time", po::value<Words>()->value_name("CLOCK"),
        "wall (of the recording host; the default), rel (since the start) or mono");
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
