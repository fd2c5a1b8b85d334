// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/spelling.h"

namespace caprec {
namespace {

constexpr std::size_t prefix_size = std::string_view("CAP_").size();

std::string lower_case(std::string text) {  // std::tolower would ask the locale
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

}  // namespace

std::string spelled(unsigned number, Spelling spelling) {
    const std::string name = capability_name(number);
    switch (spelling) {
        case Spelling::full: return name;
        case Spelling::bare: return name.substr(prefix_size);
        case Spelling::lower: return lower_case(name);
        case Spelling::bare_lower: return lower_case(name.substr(prefix_size));
    }
    return name;
}

std::string joined(CapabilitySet set, Spelling spelling, std::string_view between, std::string_view prefix) {
    std::string text;
    for (const unsigned number : set.members()) {
        if (!text.empty())
            text += between;
        text += prefix;
        text += spelled(number, spelling);
    }
    return text;
}

CapabilitySet all_named() { return CapabilitySet((std::uint64_t{1} << known_capabilities) - 1); }
CapabilitySet named(CapabilitySet set) { return set & all_named(); }
CapabilitySet nameless(CapabilitySet set) { return set - all_named(); }

}  // namespace caprec
