// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/command_line.h"

#include <unistd.h>
#include <algorithm>
#include <string_view>
#include <vector>

#include "analyzer/cli/arguments.h"
#include "analyzer/words/nearest_name.h"
#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

void print_usage(std::span<const Command* const> commands, std::ostream& out) {
    out << "usage: capanalyze [COMMAND] [options] FILE\n\n"
           "Says which Linux capabilities a recorded program really needed.  FILE is a trace of caprec, - is standard\n"
           "input; write ./report for a file that has the name of a command.\n\nCommands\n";
    for (const Command* command : commands)
        out << "  " << left_aligned(std::string(command->name), 10) << command->summary << '\n';
    out << "\nOptions of every command\n"
           "  --json      machine-readable output\n"
           "  -h, --help  the options of a command: capanalyze events --help\n"
           "  --version   print the version\n\n"
           "Examples\n"
           "  caprec -o run.cap -- ./server --port 80\n"
           "  capanalyze run.cap\n"
           "  capanalyze why run.cap CAP_NET_ADMIN\n"
           "  capanalyze minimal --format systemd run.cap\n"
           "  capanalyze events --verdict required run.cap\n"
           "  capanalyze diff old.cap new.cap\n"
           "  capanalyze check run.cap --policy app.service\n\n"
           "Exit status: 0 fine; 1 diff found a regression, or check a violation; 2 wrong usage, an unreadable trace,\n"
           "or one too incomplete to answer.\n";
}

// "tre run.cap", or "tre" when there is no such file, is most likely a misspelt command.
void check_for_typing_error(std::span<const std::string> arguments, std::span<const std::string_view> names) {
    std::vector<std::string> words;
    for (const std::string& argument : arguments)
        if (!argument.starts_with('-') || argument == "-")
            words.push_back(argument);
    if (words.empty() || words[0].find('/') != std::string::npos || ::access(words[0].c_str(), F_OK) == 0)
        return;
    const std::string_view near = nearest_name(words[0], names);
    if (words.size() > 1 || !near.empty())
        throw Error("'" + escape(words[0]) + "' is neither a command nor a file" +
                    (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?") + "; see 'capanalyze --help'");
}

// The command is the first argument that is no option, when it names one; anything else is a file.
std::span<const std::string>::iterator named_command(std::span<const std::string> arguments,
                                                     std::span<const std::string_view> names) {
    const auto word = std::ranges::find_if(arguments, [](const std::string& argument) {
        return argument == "-" || argument == "--" || !argument.starts_with('-');
    });
    return word != arguments.end() && std::ranges::find(names, *word) != names.end() ? word : arguments.end();
}

}  // namespace

int run_command_line(std::span<const Command* const> commands, std::span<const std::string> arguments,
                     const char* version, Streams& streams) {
    std::vector<std::string_view> names;
    for (const Command* command : commands)
        names.push_back(command->name);
    const auto given = [&](std::string_view option) { return std::ranges::find(arguments, option) != arguments.end(); };
    if (arguments.empty())
        throw Error("no trace given: capanalyze FILE; see 'capanalyze --help'");
    if (given("--version")) {
        streams.out << "capanalyze " << version << '\n';
        return exit_fine;
    }
    const auto word = named_command(arguments, names);
    const bool named = word != arguments.end();
    if (!named && (given("--help") || given("-h"))) {
        print_usage(commands, streams.out);
        return exit_fine;
    }
    if (!named)
        check_for_typing_error(arguments, names);
    std::vector<std::string> others(arguments.begin(), word);
    if (named)
        others.insert(others.end(), word + 1, arguments.end());
    const Command& command = named ? **std::ranges::find(commands, *word, &Command::name) : *commands.front();
    const Arguments parsed(command, others);
    if (parsed.has("help")) {
        streams.out << parsed.help();
        return exit_fine;
    }
    return command.run(parsed, streams);
}

}  // namespace caprec
