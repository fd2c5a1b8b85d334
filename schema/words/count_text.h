// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caprec {

std::string with_commas(std::uint64_t number);                                                       // "1,234,567"
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural = {});  // "2 checks"
std::string size_text(std::uint64_t bytes);  // "19.0 KiB", "1023 bytes"

}  // namespace caprec
