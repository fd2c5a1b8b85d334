// SPDX-License-Identifier: Apache-2.0
#include "recorder/options.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <charconv>
#include <span>
#include <sstream>
#include <string_view>

#include "recorder/hooks.h"
#include "schema/enum_table.h"
#include "schema/error.h"
#include "schema/options/given_options.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

constexpr const char* read_on = "; see 'caprec --help'";

constexpr OptionRow option_rows[] = {
    {"output,o", Takes::one, "FILE",
     "write the trace to FILE (default: caprec.cap); - is standard output, and the command's own standard output then "
     "goes to standard error"},
    {"user,u", Takes::one, "USER",
     "run the command as USER (name or number), with that user's groups, HOME, LOGNAME, USER and SHELL, as systemd "
     "does "
     "for User="},
    {"pid,p", Takes::one, "PID[,PID...]",
     "record these processes, with all their threads and all that they start from now on, instead of a command"},
    {"cgroup", Takes::one, "PATH",
     "record all that is, or comes, in this cgroup (v2), or below it; PATH is absolute, or below the mount"},
    {"unit", Takes::one, "NAME", "record this unit of systemd: ssh.service, or ssh"},
    {"container", Takes::one, "ID", "record the container of that id, of which a few digits do"},
    {"all,a", Takes::nothing, "", "record the whole machine"},
    {"duration,d", Takes::one, "TIME",
     "end the recording of what is no command after this time: 90 (seconds), 10m, 12h, 7d"},
    {"rotate", Takes::one, "TIME|SIZE",
     "of what is no command: begin a new file after this time (10m, 1h, 7d) or at this size (64K, 10M); -o is then a "
     "pattern of strftime(3), as in -o host-%Y%m%d-%H%M.cap"},
    {"wait", Takes::nothing, "", "record until the last descendant of the command has ended"},
    {"stacks", Takes::nothing, "",
     "walk the kernel stack, and take the object and the user stack, at every check, even of a kind that is well "
     "known"},
    {"unique", Takes::nothing, "",
     "record each kind of check once, and count the rest: the size of the trace and the work go with the kinds, and "
     "not with the time"},
    {"user-stacks", Takes::one, "HOW",
     "dwarf (default): snapshots of the stack, unwound later by capanalyze, exact for programs as distributions build "
     "them; fp: a walk along frame pointers; none"},
    {"buffer-size", Takes::one, "SIZE",
     "size of the kernel's ring buffer, from 64K to 1G (default: 64M, or 16M with --user-stacks=fp or none)"},
    {"hook", Takes::one, "NAME", "see the checks by this hook (default: the first of those below that works here)"},
    {"verbose,v", Takes::nothing, "", "say which hook is used, and what the kernel answered to those before it"},
    {"quiet,q", Takes::nothing, "", "do not print the line that sums up at the end"},
    {"help,h", Takes::nothing, "", "show this text"},
    {"version", Takes::nothing, "", "show the version"},
};

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

std::uint64_t parse_duration(const std::string& text) {
    constexpr std::uint64_t most = 366ULL * 24 * 60 * 60;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::uint64_t seconds = unit.empty() || unit == "s" ? 1
                                  : unit == "m"               ? 60
                                  : unit == "h"               ? 60 * 60
                                  : unit == "d"               ? 24 * 60 * 60
                                                              : 0;
    if (error != std::errc() || seconds == 0 || value == 0 || value > most / seconds)
        throw Error("-d takes a time such as 90 (seconds), 10m, 12h or 7d, up to 366d, not '" + escape(text) + "'");
    return value * seconds;
}

Rotation parse_rotation(const std::string& text) {
    constexpr std::uint64_t least_bytes = 64u << 10, most = std::uint64_t{1} << 40;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error == std::errc() && (unit == "s" || unit == "m" || unit == "h" || unit == "d"))
        return {.seconds = parse_duration(text)};
    const int shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : -1;
    if (error != std::errc() || shift < 0 || value > most || value << shift > most || value << shift < least_bytes)
        throw Error("--rotate takes a time such as 10m, 1h or 7d, or a size from 64K up, such as 10M, not '" +
                    escape(text) + "'");
    return {.bytes = value << shift};
}

namespace {

std::vector<pid_t> parse_processes(const std::string& text) {
    std::vector<pid_t> processes;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        pid_t process = 0;
        const auto parsed = std::from_chars(text.data() + at, text.data() + end, process);
        if (parsed.ec != std::errc() || parsed.ptr != text.data() + end || process <= 0)
            throw Error("-p takes numbers of processes, as 4711 or 4711,4712, not '" + escape(text) + "'");
        processes.push_back(process);
        at = end + 1;
    }
    return processes;
}

std::string one_of(const GivenOptions& given, const char* option) {
    if (!given.has(option))
        return {};
    std::string text = given.text(option);
    if (text.empty())
        throw Error("--" + std::string(option) + " needs a name" + read_on);
    return text;
}

ScopeRequest scope_of(const GivenOptions& given) {
    ScopeRequest scope;
    if (given.has("pid"))
        scope.processes = parse_processes(given.text("pid"));
    scope.cgroup = one_of(given, "cgroup");
    scope.unit = one_of(given, "unit");
    scope.container = one_of(given, "container");
    scope.machine = given.has("all");
    int count = 0;
    for (const char* option : {"pid", "cgroup", "unit", "container", "all"})
        count += given.has(option) ? 1 : 0;
    if (count > 1)
        throw Error(std::string("only one of -p, --cgroup, --unit, --container and -a can be given") + read_on);
    return scope;
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
    const std::size_t split = option_words(option_rows, arguments);
    const GivenOptions given(option_rows, std::span(arguments).first(split), read_on);
    CommandLine line;
    if (given.has("help"))
        line.request = Request::help;
    else if (given.has("version"))
        line.request = Request::version;
    if (line.request != Request::record)
        return line;

    RecordOptions& options = line.options;
    if (given.has("output"))
        options.output = given.text("output");
    if (given.has("user"))
        options.user = given.text("user");
    if (given.has("buffer-size"))
        options.buffer_bytes = parse_buffer_size(given.text("buffer-size"));
    if (given.has("user-stacks"))
        options.user_stacks = parse_user_stacks(given.text("user-stacks"));
    if (options.buffer_bytes == 0)
        options.buffer_bytes = default_buffer_bytes(options.user_stacks);
    options.wait_for_descendants = given.has("wait");
    options.walk_every_stack = given.has("stacks");
    options.only_kinds = given.has("unique");
    if (options.walk_every_stack && options.only_kinds)
        throw Error(std::string("--stacks wants every check, --unique each kind once: only one of them can be given") +
                    read_on);
    options.quiet = given.has("quiet");
    options.verbose = given.has("verbose");
    if (given.has("hook"))
        options.hook = hook_of_word(given.text("hook")).word;
    if (options.output.empty())
        throw Error("-o needs the name of a file");
    if (given.has("user") && options.user.empty())
        throw Error("-u needs the name or number of a user");

    options.scope = scope_of(given);
    if (given.has("duration"))
        options.seconds = parse_duration(given.text("duration"));
    const bool is_command = options.scope.is_command();
    if (given.has("rotate")) {
        options.rotation = parse_rotation(given.text("rotate"));
        if (is_command || !options.scope.processes.empty())
            throw Error(std::string("--rotate goes with --cgroup, --unit, --container or -a: of a command or of single "
                                    "processes, the next file could not tell what they have started before") +
                        read_on);
        if (options.output == "-" || options.output.find('%') == std::string::npos)
            throw Error(std::string("--rotate needs a name that the time changes, as in -o host-%Y%m%d-%H%M.cap") +
                        read_on);
    }
    if (is_command && options.seconds != 0)
        throw Error(std::string("-d ends what is no command: it goes with -p, --cgroup, --unit, --container or -a") +
                    read_on);
    if (!is_command && (given.has("user") || given.has("wait")))
        throw Error(std::string("-u and --wait go with a command") + read_on);

    std::size_t command = split;
    if (command < arguments.size() && arguments[command] == "--")
        ++command;
    options.command.assign(arguments.begin() + static_cast<std::ptrdiff_t>(command), arguments.end());
    if (!is_command && !options.command.empty())
        throw Error("what runs already is recorded without a command: '" + escape(options.command[0]) + "'" + read_on);
    if (is_command && (options.command.empty() || options.command[0].empty()))
        throw Error("no command given: caprec [options] -- command [arguments]" + std::string(read_on));
    return line;
}

std::string help_text() {
    std::ostringstream text;
    text << "Usage: caprec [options] -- command [arguments]\n"
            "       caprec [options] -p PID[,PID...] | --cgroup PATH | --unit NAME | --container ID | -a\n\n"
            "Runs the command, or watches what runs already, and records every capability check that the\n"
            "kernel makes for it and for its descendants. Read the trace with capanalyze, as any user, on\n"
            "any machine.\n\n"
         << "Options:\n"
         << options_text(option_rows) << "\nHooks: " << hook_words()
         << ".\n\nExit status: the command's own; 128+N when signal N ended it; 125 when caprec itself failed;\n"
            "126 when the command cannot be executed, 127 when it is not found.\n\n"
            "Needs root, or the file capabilities cap_bpf and cap_perfmon on caprec.\n\n"
            "Examples:\n"
            "  caprec -o run.cap -- ping -c1 localhost     then: capanalyze run.cap\n"
            "  sudo caprec -u www-data -- ./server         record as another user\n"
            "  sudo caprec --wait -- ./daemon              record daemons to their end; Ctrl-C ends it\n"
            "  sudo caprec --unit nginx -d 10m             ten minutes of a service that runs\n"
            "  sudo caprec -o - -- ls | capanalyze -       no file in between\n";
    return text.str();
}

}  // namespace caprec
