// SPDX-License-Identifier: Apache-2.0
//
// Parts that the parsers of policies share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/policy/policy.h"

namespace caprec {

// When there are very many problems, only the first are kept.
void add_problem(ParsedPolicy& result, const PolicyPlace& place, std::string text);
void add_problem(ParsedPolicy& result, std::size_t line, std::string text);  // a line of the policy's own file

std::vector<std::string_view> lines_of(std::string_view text);  // without line ends and CR
std::vector<std::string_view> words_of(std::string_view text);  // between blanks
std::string_view trimmed(std::string_view text);

// How the program that a file is for reads the names in it: a word that it would not take for a capability is none
// here.
enum class NameStyle : std::uint8_t {
    any,        // CAP_CHOWN, chown, CAP_41, in any case
    prefixed,   // CAP_CHOWN in any case, or a number: systemd
    known,      // CAP_CHOWN or chown in any case, without numbers: docker, podman
    bare,       // CHOWN in any case: Kubernetes puts CAP_ before it
    canonical,  // CAP_CHOWN as it stands: OCI
};
std::optional<unsigned> read_capability(std::string_view word, NameStyle style);
// The text of the problem with a word that read_capability() does not take.
std::string no_capability(std::string_view word, NameStyle style);

}  // namespace caprec
