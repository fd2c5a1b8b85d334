// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/json_object.h"

#include <algorithm>

#include "analyzer/emit/json_values.h"

namespace caprec {
namespace {

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char byte) { return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\'; });
}

std::string dumped(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }

}  // namespace

void JsonObject::begin(std::string_view key) {
    text_ += first_ ? "\"" : ",\"";
    text_ += key;
    text_ += "\":";
    first_ = false;
}

void JsonObject::string(std::string_view key, std::string_view utf8) {
    begin(key);
    if (!is_plain(utf8)) {
        text_ += dumped(utf8);
        return;
    }
    text_ += '"';
    text_ += utf8;
    text_ += '"';
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
