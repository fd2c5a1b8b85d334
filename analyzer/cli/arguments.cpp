// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::string see_help(const Command& command) { return "; see 'capanalyze " + std::string(command.name) + " --help'"; }

}  // namespace

Arguments::Arguments(const Command& command, std::span<const std::string> words)
    : command_(command), given_(command.options, words, see_help(command)) {}

Arguments::Words Arguments::comma_list(std::string_view option) const {
    Words parts;
    for (const std::string& value : list(option)) {
        std::istringstream words(value);
        for (std::string part; std::getline(words, part, ',');)
            parts.push_back(part);
    }
    return parts;
}

std::vector<std::uint32_t> Arguments::numbers(std::string_view option) const {
    std::vector<std::uint32_t> result;
    for (const std::string& word : comma_list(option)) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
        if (error != std::errc() || end != word.data() + word.size())
            fail("--" + std::string(option) + ": '" + escape(word) + "' is not " +
                 (option == "pid" ? "a process id" : "a number"));
        result.push_back(number);
    }
    return result;
}

CapabilitySet Arguments::capabilities(std::string_view option) const {
    CapabilitySet set;
    for (const std::string& word : comma_list(option)) {
        const std::optional<unsigned> number = capability_number(word);
        if (!number)
            fail("--" + std::string(option) + ": '" + escape(word) + "' is not a capability");
        set.insert(*number);
    }
    return set;
}

CommonOptions Arguments::common() const {
    if (has("knowledge") && text("knowledge").empty())
        fail("--knowledge: the name of the file is empty");
    return {.file = {},
            .knowledge = text("knowledge"),
            .sysroot = has("sysroot") ? text("sysroot") : "/",
            .names = list("names"),
            .debug_folders = list("debug-dir"),
            .json = has("json")};
}

CommonOptions Arguments::with_file() const {
    CommonOptions options = common();
    if (operands().empty())
        fail("no trace given: capanalyze " + std::string(command_.name) + " FILE (- for standard input)");
    if (operands().size() > 1)
        fail("one trace at a time: " + escape(operands()[0]) + " or " + escape(operands()[1]) + "?");
    options.file = file_name(operands()[0]);
    return options;
}

CommonOptions Arguments::with_files(Words& files) const {
    CommonOptions options = common();
    files.clear();
    if (operands().empty())
        fail("no trace given: one FILE or more");
    for (const std::string& file : operands())
        files.push_back(file_name(file));
    if (std::ranges::count(operands(), "-") > 1)
        fail("only one of the traces can be standard input");
    options.file = files.front();
    return options;
}

std::string Arguments::output(std::string_view usage) const {
    if (text("output").empty())
        fail("no output given: capanalyze " + std::string(usage));
    return text("output");
}

std::string Arguments::file_name(const std::string& word) const {
    if (word.empty())
        fail("the name of the trace is empty");
    return word;
}

void Arguments::fail(const std::string& problem) const { throw Error(problem + see_help(command_)); }

void Arguments::refuse(std::string_view option, std::string_view word, const std::string& valid) const {
    fail("--" + std::string(option) + ": '" + escape(word) + "' is not one of " + valid);
}

std::string Arguments::help() const {
    std::ostringstream text;
    text << "usage: capanalyze " << command_.name << " [options] " << command_.operands << "\n\n"
         << command_.purpose << '\n'
         << (command_.operands.find("FILE") == std::string_view::npos
                 ? ""
                 : "FILE is a trace of caprec; - is standard input.\n")
         << "\nOptions:\n";
    text << options_text(command_.options) << '\n' << command_.details();
    return text.str();
}

}  // namespace caprec
