// SPDX-License-Identifier: Apache-2.0
#include "analyzer/option_parser.h"

#include <charconv>
#include <sstream>

#include "analyzer/emit/check_formats.h"
#include "analyzer/emit/diff_formats.h"
#include "analyzer/emit/escape.h"
#include "analyzer/export/export_format.h"
#include "analyzer/policy/policy_formats.h"
#include "schema/error.h"

namespace caprec {
namespace {

namespace po = boost::program_options;

constexpr std::size_t option_width = 24;  // of the names in --help

std::string see_help(const HelpPage& page) { return "; see 'capanalyze " + std::string(page.command) + " --help'"; }

template <class Formats> std::string format_lines(const Formats& formats) {
    std::string lines;
    for (const auto& format : formats)
        lines += "  " + left_aligned(std::string(format.name), 13) + std::string(format.summary) + '\n';
    return lines;
}

// The lists that a help page may ask for.
std::string with_lists(std::string page) {
    const std::pair<std::string_view, std::string> lists[] = {{"@FORMATS@", format_lines(formats())},
                                                              {"@DIFF_FORMATS@", format_lines(diff_formats())},
                                                              {"@CHECK_FORMATS@", format_lines(check_formats())},
                                                              {"@POLICY_FORMATS@", format_lines(policy_formats())},
                                                              {"@EXPORT_FORMATS@", format_lines(export_formats())}};
    for (const auto& [mark, lines] : lists) {
        if (const std::size_t place = page.find(mark); place != std::string::npos)
            page.replace(place, mark.size(), lines);
    }
    return page;
}

}  // namespace

OptionParser::OptionParser(const HelpPage& page, bool offers_json) : page_(page) {
    (offers_json ? visible_ : hidden_).add_options()("json", "machine-readable output (documented in docs/json.md)");
    visible_.add_options()("help,h", "this text");
}

void OptionParser::judges() {
    visible_.add_options()("knowledge", po::value<std::string>()->value_name("FILE"),
                           "use this table of kernel sites instead of the built-in one");
}

void OptionParser::shows_user_stacks() {
    visible_.add_options()("sysroot", po::value<std::string>()->value_name("DIR"),
                           "look for the recorded machine's files below DIR, for names and lines in user stacks")(
        "debug-dir", po::value<Words>()->value_name("DIR"),
        "look for debug files in DIR/.build-id, as well as in /usr/lib/debug; may be repeated");
}

void OptionParser::parse(const Words& arguments) {
    po::options_description all;
    all.add(visible_);
    all.add(hidden_);
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

bool OptionParser::fill_common(CommonOptions& options) const {
    options.json = has("json");
    options.knowledge = has("knowledge") ? text("knowledge") : "";
    if (has("knowledge") && options.knowledge.empty())
        throw Error("--knowledge: the name of the file is empty" + see_help(page_));
    if (has("sysroot"))
        options.search.sysroot = text("sysroot");
    options.search.debug_folders = list("debug-dir");
    if (has("help"))
        options.help = help_text();
    return !options.help;
}

void OptionParser::fill(CommonOptions& options) const {
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

void OptionParser::set_file(CommonOptions& options, const std::string& file) const {
    options.file = file;
    if (options.file.empty())
        throw Error("the name of the trace is empty" + see_help(page_));
}

void OptionParser::fail(const std::string& problem) const { throw Error(problem + see_help(page_)); }

OptionParser::Words OptionParser::comma_list(const char* name) const {
    Words parts;
    for (const std::string& value : list(name)) {
        std::istringstream words(value);
        for (std::string part; std::getline(words, part, ',');)
            parts.push_back(part);
    }
    return parts;
}

std::vector<std::uint32_t> OptionParser::numbers(const char* name) const {
    std::vector<std::uint32_t> result;
    for (const std::string& word : comma_list(name)) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size())
            throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not a process id" + see_help(page_));
        result.push_back(number);
    }
    return result;
}

CapabilitySet OptionParser::capabilities(const char* name) const {
    CapabilitySet set;
    for (const std::string& word : comma_list(name)) {
        const std::optional<unsigned> number = capability_number(word);
        if (!number)
            throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not a capability" + see_help(page_));
        set.insert(*number);
    }
    return set;
}

void OptionParser::refuse(const char* name, std::string_view word, const std::string& valid) const {
    throw Error("--" + std::string(name) + ": '" + escape(word) + "' is not one of " + valid + see_help(page_));
}

std::string OptionParser::help_text() const {
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
        const std::string names =
            (brief.starts_with("--") || brief.size() != 2 ? "    --" : brief + ", --") + option->long_name() + value;
        text << "  " << left_aligned(names + ' ', option_width)
             << wrapped(option->description(), 2 + option_width, 2 + option_width, 100) << '\n';
    }
    text << '\n' << with_lists(page_.rest);
    return text.str();
}

}  // namespace caprec
