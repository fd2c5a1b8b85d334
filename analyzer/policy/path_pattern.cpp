// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/path_pattern.h"

#include <algorithm>

namespace caprec {

PathPattern PathPattern::exactly(std::string_view path) {
    PathPattern pattern;
    pattern.every_ = false;
    for (const char byte : path)
        pattern.add_literal(byte);
    return pattern;
}

void PathPattern::add_literal(char byte) { tokens_.push_back({Kind::literal, byte}); }

// Stars that follow each other are joined into one, as the time would otherwise grow with their number.
void PathPattern::add_wildcard(std::string_view bare) {
    const Kind kind = bare == "?" ? Kind::one : bare == "*" ? Kind::within : Kind::any;
    const bool after_star = !tokens_.empty() && is_star(tokens_.back().kind);
    if (after_star && kind == Kind::any)
        tokens_.back().kind = kind;
    if (!after_star || !is_star(kind))
        tokens_.push_back({kind});
}

// All places in the pattern that the bytes so far can lead to are followed at once, so the time is at most the product
// of the lengths, whatever the pattern is.
bool PathPattern::matches(std::string_view path) const {
    if (is_every())
        return true;
    if (is_exact())
        return path.size() == tokens_.size() &&
               std::ranges::equal(path, tokens_, {}, {}, [](const Token& token) { return token.byte; });
    const std::size_t end = tokens_.size();
    std::vector<std::size_t> places, next;  // ascending
    const auto add = [&](std::vector<std::size_t>& to, std::size_t place) {
        for (;; ++place) {  // a star may stand for nothing
            if (to.empty() || to.back() < place)
                to.push_back(place);
            if (place == end || !is_star(tokens_[place].kind))
                return;
        }
    };
    add(places, 0);
    for (const char byte : path) {
        next.clear();
        for (const std::size_t place : places) {
            if (place == end)
                continue;
            const Token& token = tokens_[place];
            if (token.kind == Kind::any || (token.kind == Kind::within && byte != '/'))
                add(next, place);
            else if ((token.kind == Kind::literal && token.byte == byte) || (token.kind == Kind::one && byte != '/'))
                add(next, place + 1);
        }
        if (next.empty())
            return false;
        places.swap(next);
    }
    return places.back() == end;
}

bool PathPattern::is_exact() const {
    return !every_ && std::ranges::all_of(tokens_, [](const Token& token) { return token.kind == Kind::literal; });
}

bool PathPattern::is_every() const { return every_ || (tokens_.size() == 1 && is_star(tokens_[0].kind)); }

std::string PathPattern::path() const {
    std::string text;
    for (const Token& token : tokens_) {
        if (token.kind != Kind::literal)
            break;
        text += token.byte;
    }
    return text;
}

std::size_t PathPattern::literals() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(tokens_, [](const Token& token) { return token.kind == Kind::literal; }));
}

}  // namespace caprec
