// SPDX-License-Identifier: Apache-2.0
//
// Conversions between our strings of raw bytes and Cap'n Proto's.
#pragma once

#include <string>
#include <string_view>

#include <capnp/blob.h>

#include "schema/enum_table.h"

namespace caprec {

inline capnp::Data::Reader as_data(std::string_view bytes) {
    return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}

// The text must have a NUL after its last byte, as std::string has.
inline capnp::Text::Reader as_text(const std::string& text) { return {text.c_str(), text.size()}; }

inline std::string_view as_view(capnp::Data::Reader data) {
    return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

inline std::string as_string(capnp::Data::Reader data) { return std::string(as_view(data)); }
inline std::string as_string(capnp::Text::Reader text) { return {text.begin(), text.size()}; }

// An enumeration of the file as ours: values that this reader does not know become its `unknown`, 0.
template <class Ours, class Theirs> Ours known_or_unknown(Theirs value) {
    const auto number = static_cast<unsigned>(value);
    return is_one_of<Ours>(number) ? static_cast<Ours>(number) : Ours{};
}

}  // namespace caprec
