// SPDX-License-Identifier: Apache-2.0
//
// Options in the style of getopt_long(3), for both programs: -o FILE, -oFILE, --output FILE, --output=FILE, -qv; `--`
// ends them.  A long name is never guessed from its beginning: a longer one may stand beside it in the next version.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/options/option_row.h"

namespace caprec {

class GivenOptions {
public:
    using Words = std::vector<std::string>;

    // Throws Error, which names the option that is wrong and ends with `read_on`: "; see 'caprec --help'".
    GivenOptions(std::span<const OptionRow> rows, std::span<const std::string> words, std::string_view read_on);

    // By long name.
    bool has(std::string_view option) const { return values_.contains(option); }
    std::string text(std::string_view option) const;  // empty: it was not given
    Words list(std::string_view option) const;        // empty: likewise
    const Words& operands() const { return operands_; }

private:
    std::map<std::string, Words, std::less<>> values_;  // a flag has an empty list
    Words operands_;
};

// How many of the words are options and their values: up to `--`, or to the first word that is neither.
std::size_t option_words(std::span<const OptionRow> rows, std::span<const std::string> words);

// A line or more for each option that is not hidden, 100 columns at most.
std::string options_text(std::span<const OptionRow> rows);

}  // namespace caprec
