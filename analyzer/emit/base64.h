// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace caprec {

std::string base64(std::string_view bytes);  // RFC 4648, with padding
void append_hex(std::string& text, std::span<const std::uint8_t> bytes);

}  // namespace caprec
