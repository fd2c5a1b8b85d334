// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace caprec {

// Whether an option of docker run or podman run is followed by a value.  After an unknown option, nobody knows which
// word is the image.
enum class RunOption : std::uint8_t { unknown, no_value, value };
RunOption run_option(std::string_view name);                    // without its dashes
std::span<const std::string_view> run_options(RunOption kind);  // all options known to be of this kind

std::string_view long_name(char letter);  // "user" for 'u'; empty: there is no such option

// Whether a value follows an option of docker or podman itself: `docker --context prod run`.
bool global_has_value(std::string_view word);  // with its dashes

}  // namespace caprec
