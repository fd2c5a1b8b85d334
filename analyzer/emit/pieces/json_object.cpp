// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/pieces/json_object.h"

#include <algorithm>

#include "analyzer/emit/pieces/json_values.h"

namespace caprec {
namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char byte) { return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\'; });
}

std::string dumped(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace

void append_json_string(std::string& text, std::string_view bytes) {
    if (!is_plain(bytes)) {
        text += dumped(bytes);
        return;
    }
    text += '"';
    text += bytes;
    text += '"';
}

void JsonObject::begin(std::string_view key) {
    text_ += first_ ? "\"" : ",\"";
    text_ += key;
    text_ += "\":";
    first_ = false;
}

void JsonObject::thousandths(std::string_view key, std::uint64_t value) {
    number(key, value / 1000);
    const std::string digits = std::to_string(1000 + value % 1000);
    text_.append(digits).replace(text_.size() - digits.size(), 1, ".");
}

void JsonObject::bytes(std::string_view key, std::string_view bytes) {
    if (is_plain(bytes)) {
        string(key, bytes);
        return;
    }
    Json both;
    set_bytes(both, std::string(key), bytes);
    for (const auto& [name, value] : both.items()) {
        begin(name);
        text_ += dumped(value);
    }
}

void JsonObject::bytes(std::string_view key, const std::vector<std::string>& list) {
    Json both;
    set_bytes(both, std::string(key), list);
    for (const auto& [name, value] : both.items()) {
        begin(name);
        text_ += dumped(value);
    }
}

}  // namespace caprec
