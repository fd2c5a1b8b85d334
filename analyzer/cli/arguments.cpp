// SPDX-License-Identifier: Apache-2.0
#include "analyzer/cli/arguments.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <optional>
#include <sstream>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

namespace po = boost::program_options;

constexpr std::size_t option_width = 24;  // of the names in --help
constexpr const char* operand = "operand";

const po::value_semantic* semantic_of(const OptionRow& row) {
    switch (row.takes) {
        case Takes::nothing: return new po::untyped_value(true);  // the description owns it
        case Takes::one: return po::value<std::string>()->value_name(row.value);
        case Takes::many: return po::value<Arguments::Words>()->value_name(row.value);
    }
    return nullptr;
}

po::options_description described(const Command& command) {
    po::options_description all;
    for (const OptionRow& row : command.options)
        all.add_options()(row.names, semantic_of(row), row.text);
    all.add_options()(operand, po::value<Arguments::Words>());
    return all;
}

std::string see_help(const Command& command) { return "; see 'capanalyze " + std::string(command.name) + " --help'"; }

std::string names_text(const OptionRow& row) {
    const std::string_view names = row.names;
    const std::size_t comma = names.find(',');
    const std::string brief =
        comma == std::string_view::npos ? "    " : "-" + std::string(names.substr(comma + 1)) + ", ";
    return brief + "--" + std::string(names.substr(0, comma)) + (row.takes == Takes::nothing ? "" : " ") + row.value;
}

}  // namespace

Arguments::Arguments(const Command& command, std::span<const std::string> words) : command_(command) {
    const po::options_description all = described(command);
    po::positional_options_description places;
    places.add(operand, -1);
    po::variables_map found;
    try {
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        const Words given(words.begin(), words.end());
        po::store(po::command_line_parser(given).options(all).positional(places).style(style).run(), found);
    } catch (const po::unknown_option& error) {
        throw Error("unknown option " + escape(error.get_option_name()) + see_help(command));
    } catch (const po::error& error) {
        throw Error(escape(error.what()) + see_help(command));
    }
    for (const auto& [name, value] : found) {
        const bool single = value.value().type() == typeid(std::string);
        (name == operand ? operands_ : values_[name]) = single ? Words{value.as<std::string>()} : value.as<Words>();
    }
}

std::string Arguments::text(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() || found->second.empty() ? "" : found->second.front();
}

Arguments::Words Arguments::list(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? Words() : found->second;
}

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
            fail("--" + std::string(option) + ": '" + escape(word) + "' is not a process id");
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
            .debug_folders = list("debug-dir"),
            .json = has("json")};
}

CommonOptions Arguments::with_file() const {
    CommonOptions options = common();
    if (operands_.empty())
        fail("no trace given: capanalyze " + std::string(command_.name) + " FILE (- for standard input)");
    if (operands_.size() > 1)
        fail("one trace at a time: " + escape(operands_[0]) + " or " + escape(operands_[1]) + "?");
    options.file = file_name(operands_[0]);
    return options;
}

CommonOptions Arguments::with_files(Words& files) const {
    CommonOptions options = common();
    files.clear();
    if (operands_.empty())
        fail("no trace given: one FILE or more");
    for (const std::string& file : operands_)
        files.push_back(file_name(file));
    if (std::ranges::count(operands_, "-") > 1)
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
    for (const OptionRow& row : command_.options) {
        if (!row.hidden)
            text << "  " << left_aligned(names_text(row) + ' ', option_width)
                 << wrapped(row.text, 2 + option_width, 2 + option_width, 100) << '\n';
    }
    text << '\n' << command_.details();
    return text.str();
}

}  // namespace caprec
