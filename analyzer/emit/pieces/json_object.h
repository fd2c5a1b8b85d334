// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// Appends a string in quotes, in ASCII only; bytes that are not UTF-8 become U+FFFD.  Strings that are not plain ASCII
// go through the same library as everywhere else.
void append_json_string(std::string& text, std::string_view bytes);

// Appends one JSON object to a text, field by field.  This is for JSON lines, of which there may be millions: a
// document in memory for each would cost several times as much.
class JsonObject {
public:
    explicit JsonObject(std::string& text) : text_(text) { text_ += '{'; }

    void null(std::string_view key) { begin(key), text_ += "null"; }
    void boolean(std::string_view key, bool value) { begin(key), text_ += value ? "true" : "false"; }
    template <std::integral Number> void number(std::string_view key, Number value) {
        std::array<char, 24> digits{};
        begin(key);
        text_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
    }
    void thousandths(std::string_view key, std::uint64_t value);  // 1234567 is 1234.567
    void string(std::string_view key, std::string_view bytes) { begin(key), append_json_string(text_, bytes); }
    void string_or_null(std::string_view key, std::string_view utf8) { utf8.empty() ? null(key) : string(key, utf8); }
    void bytes(std::string_view key, std::string_view bytes);  // as set_bytes() of json_values.h
    void bytes(std::string_view key, const std::vector<std::string>& list);
    void document(std::string_view key, std::string_view json) { begin(key), text_ += json; }  // JSON already
    // Fields added between begin_object() and its end belong to an object that is a field of this one.
    void begin_object(std::string_view key) { begin(key), text_ += '{', first_ = true; }
    void end_object() { text_ += '}', first_ = false; }
    void end() { text_ += "}\n"; }

private:
    void begin(std::string_view key);

    std::string& text_;
    bool first_ = true;
};

}  // namespace caprec
