// SPDX-License-Identifier: Apache-2.0
#include "recorder/options.h"

#include <bit>
#include <boost/program_options.hpp>
#include <cctype>
#include <sstream>

#include "recorder/hooks.h"
#include "schema/enum_table.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

namespace po = boost::program_options;

constexpr const char* see_help = "; see 'caprec --help'";

po::options_description described() {
    po::options_description all("Options", 100, 50);
    auto add = all.add_options();
    add("output,o", po::value<std::string>()->value_name("FILE"),
        "write the trace to FILE (default: caprec.cap); - is standard output, and the command's own standard output "
        "then goes to standard error");
    add("user,u", po::value<std::string>()->value_name("USER"),
        "run the command as USER (name or number), with that user's groups, HOME, LOGNAME, USER and SHELL, as systemd "
        "does for User=");
    add("wait", "record until the last descendant of the command has ended");
    add("stacks",
        "walk the kernel stack, and take the object and the user stack, at every check, even of a kind that is well "
        "known");
    add("user-stacks", po::value<std::string>()->value_name("HOW"),
        "dwarf (default): snapshots of the stack, unwound later by capanalyze, exact for programs as distributions "
        "build them; fp: a walk along frame pointers; none");
    add("buffer-size", po::value<std::string>()->value_name("SIZE"),
        "size of the kernel's ring buffer, from 64K to 1G (default: 64M, or 16M with --user-stacks=fp or none)");
    add("hook", po::value<std::string>()->value_name("NAME"),
        ("see the checks by this hook, one of " + hook_words() + " (default: the first that works here)").c_str());
    add("verbose,v", "say which hook is used, and what the kernel answered to those before it");
    add("quiet,q", "do not print the line that sums up at the end");
    add("help,h", "show this text");
    add("version", "show the version");
    return all;
}

// How many words the options take: up to `--`, or to the first word that is neither an option nor its value.
std::size_t option_words(const po::options_description& known, const std::vector<std::string>& words) {
    std::size_t at = 0;
    while (at < words.size()) {
        const std::string& word = words[at];
        if (word == "--" || word.size() < 2 || word[0] != '-')
            break;
        ++at;
        const bool is_long = word.starts_with("--");
        if (is_long && word.find('=') != std::string::npos)
            continue;
        if (!is_long && word.size() > 2)
            continue;  // -oFILE, or short switches together
        const auto* option = known.find_nothrow(is_long ? word.substr(2) : word, false);
        if (option != nullptr && option->semantic()->max_tokens() > 0)
            ++at;
    }
    return std::min(at, words.size());
}

struct UserStackWord {
    const char* word;
    UserStackMode mode;
};
constexpr UserStackWord user_stack_words[] = {
    {"dwarf", UserStackMode::snapshot},
    {"fp", UserStackMode::frame_pointers},
    {"none", UserStackMode::none},
};
static_assert(each_has_a_row(user_stack_words, &UserStackWord::mode, {UserStackMode::unknown}));

UserStackMode parse_user_stacks(const std::string& text) {
    for (const UserStackWord& row : user_stack_words)
        if (text == row.word)
            return row.mode;
    throw Error("--user-stacks takes dwarf, fp or none, not '" + escape(text) + "'");
}

}  // namespace

std::uint64_t default_buffer_bytes(UserStackMode user_stacks) {
    return user_stacks == UserStackMode::snapshot ? 64u << 20 : 16u << 20;
}

std::uint64_t parse_buffer_size(const std::string& text) {
    std::uint64_t value = 0;
    std::size_t at = 0;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0 && value <= max_buffer_bytes)
        value = value * 10 + static_cast<std::uint64_t>(text[at++] - '0');
    const std::string unit = text.substr(at);
    const int shift = unit.empty()                 ? 0
                      : unit == "K" || unit == "k" ? 10
                      : unit == "M" || unit == "m" ? 20
                      : unit == "G" || unit == "g" ? 30
                                                   : -1;
    if (at == 0 || shift < 0 || value > max_buffer_bytes || value << shift > max_buffer_bytes ||
        value << shift < min_buffer_bytes)
        throw Error("--buffer-size takes a number of bytes from 64K to 1G, such as 16M, not '" + escape(text) + "'");
    return std::bit_ceil(value << shift);
}

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
    const po::options_description known = described();
    const std::size_t split = option_words(known, arguments);
    const std::vector<std::string> ours(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(split));
    CommandLine line;
    po::variables_map given;
    try {
        // no guessing: an option may get a longer name beside it in the next version
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(ours).options(known).style(style).run(), given);
        po::notify(given);
    } catch (const po::unknown_option& error) {
        throw Error("unknown option " + escape(error.get_option_name()) + see_help);
    } catch (const po::error& error) {
        throw Error(escape(error.what()) + see_help);
    }
    if (given.contains("help"))
        line.request = Request::help;
    else if (given.contains("version"))
        line.request = Request::version;
    if (line.request != Request::record)
        return line;

    RecordOptions& options = line.options;
    if (given.contains("output"))
        options.output = given["output"].as<std::string>();
    if (given.contains("user"))
        options.user = given["user"].as<std::string>();
    if (given.contains("buffer-size"))
        options.buffer_bytes = parse_buffer_size(given["buffer-size"].as<std::string>());
    if (given.contains("user-stacks"))
        options.user_stacks = parse_user_stacks(given["user-stacks"].as<std::string>());
    if (options.buffer_bytes == 0)
        options.buffer_bytes = default_buffer_bytes(options.user_stacks);
    options.wait_for_descendants = given.contains("wait");
    options.walk_every_stack = given.contains("stacks");
    options.quiet = given.contains("quiet");
    options.verbose = given.contains("verbose");
    if (given.contains("hook"))
        options.hook = hook_of_word(given["hook"].as<std::string>()).word;
    if (options.output.empty())
        throw Error("-o needs the name of a file");
    if (given.contains("user") && options.user.empty())
        throw Error("-u needs the name or number of a user");

    std::size_t command = split;
    if (command < arguments.size() && arguments[command] == "--")
        ++command;
    options.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(command), arguments.end());
    if (options.command.empty() || options.command[0].empty())
        throw Error("no command given: caprec [options] -- command [arguments]" + std::string(see_help));
    return line;
}

std::string help_text() {
    std::ostringstream text;
    text << "Usage: caprec [options] -- command [arguments]\n\n"
            "Runs the command and records every capability check that the kernel makes for it and for its\n"
            "descendants. Read the trace with capanalyze, as any user, on any machine.\n\n"
         << described()
         << "\nExit status: the command's own; 128+N when signal N ended it; 125 when caprec itself failed;\n"
            "126 when the command cannot be executed, 127 when it is not found.\n\n"
            "Needs root, or the file capabilities cap_bpf and cap_perfmon on caprec.\n\n"
            "Examples:\n"
            "  caprec -o run.cap -- ping -c1 localhost     then: capanalyze run.cap\n"
            "  sudo caprec -u www-data -- ./server         record as another user\n"
            "  sudo caprec --wait -- ./daemon              record daemons to their end; Ctrl-C ends it\n"
            "  sudo caprec -o - -- ls | capanalyze -       no file in between\n";
    return text.str();
}

}  // namespace caprec
