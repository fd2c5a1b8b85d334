// SPDX-License-Identifier: Apache-2.0
//
// The formats for scripts: no comments but the names of the parts.
#include <array>
#include <cinttypes>
#include <cstdio>

#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/spelling.h"

namespace caprec {

void write_text(const FormatInput& input, std::ostream& out) {
    write_each_part(
        input,
        [](const Part& part) {
            const std::string names = joined(part.set.capabilities, Spelling::full, "\n");
            return names.empty() ? names : names + '\n';
        },
        out);
}

void write_hex(const FormatInput& input, std::ostream& out) {
    write_each_part(
        input,
        [](const Part& part) {
            std::array<char, 24> digits{};
            std::snprintf(digits.data(), digits.size(), "%016" PRIx64 "\n", part.set.capabilities.bits());
            return std::string(digits.data());
        },
        out);
}

}  // namespace caprec
