// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/problems.h"

#include <algorithm>
#include <charconv>

#include "analyzer/words/nearest_name.h"

namespace caprec {
namespace {

constexpr std::size_t max_problems = 100;
constexpr std::string_view prefix = "CAP_", blanks = " \t\r\f\v";

bool is_upper(char letter) { return letter < 'a' || letter > 'z'; }
bool starts_with_prefix(std::string_view word) {
    constexpr std::string_view lower = "cap_";
    return word.size() >= prefix.size() &&
           std::ranges::equal(word.substr(0, prefix.size()), lower, {}, [](char letter) {
               return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
           });
}

std::optional<unsigned> plain_number(std::string_view word) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc() && end == word.data() + word.size() && number < 64 ? std::optional(number)
                                                                                   : std::nullopt;
}

}  // namespace

void add_problem(ParsedPolicy& result, const PolicyPlace& place, std::string text) {
    if (result.problems.size() == max_problems)
        result.problems.push_back({place, "and from here on more of them"});
    else if (result.problems.size() < max_problems)
        result.problems.push_back({place, std::move(text)});
}

void add_problem(ParsedPolicy& result, std::size_t line, std::string text) {
    add_problem(result, PolicyPlace{result.policy.file, line}, std::move(text));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::string_view rest = trimmed(text); !rest.empty(); rest = trimmed(rest)) {
        words.push_back(rest.substr(0, rest.find_first_of(blanks)));
        rest.remove_prefix(words.back().size());
    }
    return words;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<unsigned> read_capability(std::string_view word, NameStyle style) {
    const std::optional<unsigned> number = capability_number(word);
    const bool prefixed = starts_with_prefix(word), named = number && *number < known_capabilities;
    const bool digits = !word.empty() && word.find_first_not_of("CAPcap_0123456789") == std::string_view::npos;
    switch (style) {
        case NameStyle::any: return number;
        case NameStyle::prefixed: return prefixed && named && !digits ? number : plain_number(word);
        case NameStyle::known: return named && !digits ? number : std::nullopt;
        case NameStyle::bare: return named && !prefixed ? number : std::nullopt;
        case NameStyle::canonical:
            return named && prefixed && !digits && std::ranges::all_of(word, is_upper) ? number : std::nullopt;
    }
    return std::nullopt;
}

std::string no_capability(std::string_view word, NameStyle style) {
    const std::string quoted = "'" + std::string(word) + "' is not a capability";
    const std::optional<unsigned> meant = capability_number(word);
    if (!meant)
        return quoted + capability_suggestion(word);
    const std::string name = capability_name(*meant);
    switch (style) {
        case NameStyle::prefixed: return quoted + " for systemd, which would ignore it; write " + name;
        case NameStyle::bare:
            return quoted + " for Kubernetes, which puts CAP_ before it; write " + name.substr(prefix.size());
        case NameStyle::canonical: return quoted + " for the runtime; write " + name;
        case NameStyle::any:
        case NameStyle::known: break;
    }
    return quoted + " with a name; write " + name + " only if the engine knows it";
}

}  // namespace caprec
