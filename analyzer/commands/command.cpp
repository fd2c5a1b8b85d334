// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/command.h"

#include <unistd.h>
#include <algorithm>

#include "analyzer/emit/escape.h"
#include "analyzer/nearest_name.h"
#include "analyzer/options.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr Command table[] = {
    {"report", "what was needed and why (the default)", run_report},
    {"tree", "the processes, and what each of them needed", run_tree},
    {"events", "every check, one line each", run_events},
    {"stacks", "kernel and user stacks by capability, also for flame graphs", run_stacks},
    {"export", "checks for flame graphs and timelines: speedscope, pprof, perfetto, ...", run_export},
    {"pack", "a copy of a trace that shows its user stacks on any machine", run_pack},
    {"minimal", "the smallest set, ready to paste: systemd, docker, kubernetes, ...", run_minimal},
    {"why", "the whole story of one capability", run_why},
    {"diff", "what a new run needs more, or less, than an old one", run_diff},
    {"check", "whether a policy allows what a run needed: systemd, compose, kubernetes, ...", run_check},
    {"merge", "many runs as one trace: what was needed in how many of them", run_merge},
    {"explain", "what is known of a capability, or of a kernel function", run_explain},
    {"info", "the trace file itself: host, hook, counts, losses", run_info},
};

void print_usage(std::ostream& out) {
    out << "usage: capanalyze [COMMAND] [options] FILE\n\n"
           "Says which Linux capabilities a recorded program really needed.  FILE is a trace of caprec, - is standard\n"
           "input; write ./report for a file that has the name of a command.\n\nCommands\n";
    for (const Command& command : table)
        out << "  " << left_aligned(std::string(command.name), 10) << command.summary << '\n';
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
void check_for_typing_error(const Invocation& invocation, std::span<const std::string_view> names) {
    std::vector<std::string> words;
    for (const std::string& argument : invocation.arguments) {
        if (!argument.starts_with('-') || argument == "-")
            words.push_back(argument);
    }
    if (words.empty() || words[0].find('/') != std::string::npos || ::access(words[0].c_str(), F_OK) == 0)
        return;
    const std::string_view near = nearest_name(words[0], names);
    if (words.size() > 1 || !near.empty())
        throw Error("'" + escape(words[0]) + "' is neither a command nor a file" +
                    (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?") + "; see 'capanalyze --help'");
}

}  // namespace

std::span<const Command> commands() { return table; }

int run_command(std::span<const std::string> arguments, Streams& streams) {
    std::vector<std::string_view> names;
    for (const Command& command : table)
        names.push_back(command.name);
    const Invocation invocation = find_command(arguments, names);
    const auto given = [&](std::string_view option) {
        return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
    };
    if (arguments.empty())
        throw Error("no trace given: capanalyze FILE; see 'capanalyze --help'");
    if (given("--version")) {
        streams.out << "capanalyze " CAPREC_VERSION "\n";
        return exit_fine;
    }
    if (!invocation.named) {
        if (given("--help") || given("-h")) {
            print_usage(streams.out);
            return exit_fine;
        }
        check_for_typing_error(invocation, names);
    }
    const auto command = std::find_if(std::begin(table), std::end(table),
                                      [&](const Command& row) { return row.name == invocation.command; });
    return command->run(invocation.arguments, streams);
}

}  // namespace caprec
