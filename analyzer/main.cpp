// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cli/outcome.h"
#include "analyzer/commands/table.h"
#include "analyzer/files/unfinished_file.h"
#include "schema/standard_descriptors.h"

namespace {

bool wants_color() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

// ELF files are mapped, and may be anybody's: when one becomes shorter meanwhile, that must not look like a crash.
void end_at_shortened_file(int) {
    constexpr std::string_view text =
        "capanalyze: a program or library became shorter while it was read: run it again\n";
    caprec::UnfinishedFile::remove();
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    ::_exit(caprec::exit_failure);
}

}  // namespace

int main(int argc, char** argv) {
    caprec::fill_standard_descriptors();
    std::signal(SIGPIPE, SIG_DFL);  // the reader of a pipe left: end without a word, whatever our parent set
    std::signal(SIGBUS, end_at_shortened_file);
    std::ios::sync_with_stdio(false);
    caprec::Streams streams{std::cout, std::cerr, wants_color()};
    return caprec::outcome_of(
        [&] {
            const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
            return caprec::run_command(arguments, streams);
        },
        streams);
}
