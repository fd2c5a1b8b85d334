// SPDX-License-Identifier: Apache-2.0
#include "tests/support/full_header.h"

#include <array>
#include <type_traits>

#include "schema/run_header_fields.h"

namespace caprec {
namespace {

std::string text_of(unsigned number) { return "text " + std::to_string(number) + std::string("\0\xff", 2); }

void fill(std::string& text, unsigned number) { text = text_of(number); }
void fill(std::vector<std::string>& texts, unsigned number) { texts = {"", std::to_string(number)}; }
void fill(std::array<std::uint8_t, 16>& bytes, unsigned number) { bytes.fill(static_cast<std::uint8_t>(number)); }
void fill(Clock& clock, unsigned number) { clock = {number, number + 1000, number + 2000, -3600}; }
void fill(UserNamespace& contents, unsigned number) { contents = {number, number + 1000, number + 2000}; }
void fill(std::vector<std::pair<std::string, std::string>>& pairs, unsigned number) {
    pairs = {{"name", text_of(number)}};
}
template <class Number>
requires std::is_arithmetic_v<Number>
void fill(Number& value, unsigned number) { value = static_cast<Number>(number); }
template <class Enum>
requires std::is_enum_v<Enum>
void fill(Enum& value, unsigned number) { value = static_cast<Enum>(1 + number % 2); }

}  // namespace

RunHeader full_header() {
    RunHeader header;
    unsigned number = 100;
    visit_header_fields([&](const auto& field) { fill(header.*field.member, ++number); });
    header.version = format_version;
    header.min_reader_version = oldest_sufficient_version;
    header.recorder = "caprec 9";  // a text without a zero byte
    header.mapping_refusal = "1 MiB: Operation not permitted";
    header.page_size = 4096;
    return header;
}

}  // namespace caprec
