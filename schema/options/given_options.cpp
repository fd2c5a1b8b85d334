// SPDX-License-Identifier: Apache-2.0
#include "schema/options/given_options.h"

#include <algorithm>
#include <boost/program_options.hpp>

#include "schema/error.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

namespace po = boost::program_options;

constexpr std::size_t names_width = 24, line_width = 100;
constexpr const char* operand = "operand";

const po::value_semantic* semantic_of(const OptionRow& row) {
    switch (row.takes) {
        case Takes::nothing: return new po::untyped_value(true);  // the description owns it
        case Takes::one: return po::value<std::string>()->value_name(row.value);
        case Takes::many: return po::value<GivenOptions::Words>()->value_name(row.value);
    }
    return nullptr;
}

po::options_description described(std::span<const OptionRow> rows) {
    po::options_description all;
    for (const OptionRow& row : rows)
        all.add_options()(row.names, semantic_of(row), row.text);
    return all;
}

std::string_view long_name(const OptionRow& row) {
    const std::string_view names = row.names;
    return names.substr(0, names.find(','));
}

std::string_view letter(const OptionRow& row) {
    const std::string_view names = row.names;
    const std::size_t comma = names.find(',');
    return comma == std::string_view::npos ? std::string_view() : names.substr(comma + 1);
}

std::string names_text(const OptionRow& row) {
    const std::string brief = letter(row).empty() ? "    " : "-" + std::string(letter(row)) + ", ";
    return brief + "--" + std::string(long_name(row)) + (row.takes == Takes::nothing ? "" : " ") + row.value;
}

bool takes_value(std::span<const OptionRow> rows, std::string_view name) {
    return std::ranges::any_of(rows, [name](const OptionRow& row) {
        return row.takes != Takes::nothing && (name == long_name(row) || name == letter(row));
    });
}

// Whether the value of the option, or of the last one of several letters, is the next word.
bool value_is_next(std::span<const OptionRow> rows, std::string_view word) {
    if (word.starts_with("--"))
        return word.find('=') == std::string_view::npos && takes_value(rows, word.substr(2));
    for (std::size_t at = 1; at < word.size(); ++at)
        if (takes_value(rows, word.substr(at, 1)))
            return at + 1 == word.size();  // else the rest of the word is its value
    return false;
}

}  // namespace

GivenOptions::GivenOptions(std::span<const OptionRow> rows, std::span<const std::string> words,
                           std::string_view read_on) {
    po::options_description all = described(rows);
    all.add_options()(operand, po::value<Words>());
    po::positional_options_description places;
    places.add(operand, -1);
    po::variables_map found;
    try {
        const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        const Words given(words.begin(), words.end());
        po::store(po::command_line_parser(given).options(all).positional(places).style(style).run(), found);
    } catch (const po::unknown_option& error) {
        throw Error("unknown option " + escape(error.get_option_name()) + std::string(read_on));
    } catch (const po::error& error) {
        throw Error(escape(error.what()) + std::string(read_on));
    }
    for (const auto& [name, value] : found) {
        const bool single = value.value().type() == typeid(std::string);
        (name == operand ? operands_ : values_[name]) = single ? Words{value.as<std::string>()} : value.as<Words>();
    }
}

std::string GivenOptions::text(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() || found->second.empty() ? "" : found->second.front();
}

GivenOptions::Words GivenOptions::list(std::string_view option) const {
    const auto found = values_.find(option);
    return found == values_.end() ? Words() : found->second;
}

std::size_t option_words(std::span<const OptionRow> rows, std::span<const std::string> words) {
    std::size_t at = 0;
    while (at < words.size()) {
        const std::string_view word = words[at];
        if (word == "--" || word.size() < 2 || word[0] != '-')
            break;
        at += value_is_next(rows, word) ? 2 : 1;
    }
    return std::min(at, words.size());
}

std::string options_text(std::span<const OptionRow> rows) {
    std::string text;
    for (const OptionRow& row : rows) {
        if (!row.hidden)
            text += "  " + left_aligned(names_text(row) + ' ', names_width) +
                    wrapped(row.text, 2 + names_width, 2 + names_width, line_width) + '\n';
    }
    return text;
}

}  // namespace caprec
