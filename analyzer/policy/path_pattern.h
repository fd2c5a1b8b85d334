// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caprec {

// The programs that a line of a policy is about.  `?` stands for one byte other than a slash, `*` for any number of
// them, `**` for any bytes at all; `*` alone is every program, even one whose path is not known.
class PathPattern {
public:
    PathPattern() = default;  // every program
    static PathPattern exactly(std::string_view path);

    // Appends to a pattern that began as exactly("").
    void add_literal(char byte);
    void add_wildcard(std::string_view bare);  // "?", "*" or "**"

    bool matches(std::string_view path) const;
    bool is_exact() const;     // it has no wildcards
    bool is_every() const;     // it is "*" or "**" alone
    std::string path() const;  // the path of an exact one; of others, how they begin
    // How many bytes the pattern fixes: when two patterns match, the one with more is most likely about fewer programs.
    std::size_t literals() const;

private:
    enum class Kind : std::uint8_t { literal, one, within, any };
    static bool is_star(Kind kind) { return kind == Kind::within || kind == Kind::any; }
    struct Token {
        Kind kind;
        char byte = 0;
    };
    std::vector<Token> tokens_;
    bool every_ = true;
};

}  // namespace caprec
