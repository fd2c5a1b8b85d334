// SPDX-License-Identifier: Apache-2.0
//
// Our own format: docs/policy.md.
#include <algorithm>
#include <optional>

#include "analyzer/policy/parsers.h"
#include "analyzer/policy/problems.h"
#include "analyzer/words/nearest_name.h"

namespace caprec {
namespace {

constexpr std::size_t max_line = 32768;  // a path of 4096 bytes, each of them escaped, and more
constexpr std::string_view heading = "# capabilities policy ", version = "1", nothing = "none";
constexpr std::string_view verbs[] = {"allow", "deny"};

std::optional<unsigned> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return std::nullopt;
}

// Reads the program at the front of a line, as bare and quoted parts one after the other.
class PathReader {
public:
    explicit PathReader(std::string_view text) : rest_(text) {}

    // Returns what is wrong, or an empty text.
    std::string read() {
        while (problem_.empty() && !rest_.empty() && rest_[0] != ' ' && rest_[0] != '\t')
            if (rest_[0] == '"')
                read_quoted();
            else
                read_bare();
        if (problem_.empty() && bare_start_ && *bare_start_ != '/' && *bare_start_ != '*' && *bare_start_ != '?')
            problem_ = "the executable is no path from / on; write /usr/bin/NAME, **/NAME, or * for every program";
        return problem_;
    }

    const PathPattern& pattern() const { return pattern_; }
    std::string_view rest() const { return rest_; }

private:
    void read_bare() {
        const char byte = rest_[0];
        const auto value = static_cast<unsigned char>(byte);
        if (!is_started_)
            bare_start_ = byte;
        is_started_ = true;
        if (byte == '\\' || value < ' ' || value == 0x7f) {
            problem_ = "a backslash or a control character in a path must stand in double quotes: \"\\\\\", \"\\n\"";
            return;
        }
        const std::size_t length = rest_.starts_with("**") ? 2 : 1;
        if (byte == '*' || byte == '?')
            pattern_.add_wildcard(rest_.substr(0, length));
        else
            pattern_.add_literal(byte);
        rest_.remove_prefix(byte == '*' ? length : 1);
    }

    void read_quoted() {
        is_started_ = true;
        rest_.remove_prefix(1);
        for (;;) {
            if (rest_.empty()) {
                problem_ = "a double quote has no end";
                return;
            }
            const char byte = rest_[0];
            rest_.remove_prefix(1);
            if (byte == '"')
                return;
            if (byte != '\\')
                pattern_.add_literal(byte);
            else if (const std::optional<char> escaped = read_escape())
                pattern_.add_literal(*escaped);
            else
                return;
        }
    }

    std::optional<char> read_escape() {
        const char letter = rest_.empty() ? '\0' : rest_[0];
        constexpr std::string_view letters = "ntr\\\"", bytes = "\n\t\r\\\"";
        if (const std::size_t place = letters.find(letter); letter != '\0' && place != std::string_view::npos) {
            rest_.remove_prefix(1);
            return bytes[place];
        }
        if (letter == 'x' && rest_.size() >= 3) {
            const std::optional<unsigned> high = hex_digit(rest_[1]), low = hex_digit(rest_[2]);
            if (high && low) {
                rest_.remove_prefix(3);
                return static_cast<char>(*high << 4 | *low);
            }
        }
        problem_ = "in double quotes a backslash begins \\\\, \\\", \\n, \\t, \\r or \\xNN, and nothing else";
        return std::nullopt;
    }

    std::string_view rest_;
    PathPattern pattern_ = PathPattern::exactly("");
    std::optional<char> bare_start_;  // when the first part is bare
    bool is_started_ = false;
    std::string problem_;
};

// Words between the verb and the program.
constexpr std::string_view other_root = "other-root", other_mounts = "other-mounts", unknown_place = "unknown-place";

// Takes these words off the front of `text`.
ImagePlace read_place(std::string_view& text) {
    ImagePlace place;
    for (;;) {
        const std::string_view word = text.substr(0, text.find_first_of(" \t"));
        if (word != other_root && word != other_mounts && word != unknown_place)
            return place;
        (word == other_root ? place.other_root : word == other_mounts ? place.other_mounts : place.unknown) = true;
        text = trimmed(text.substr(word.size()));
    }
}

std::string wrong_verb(std::string_view word) {
    const std::string_view near = nearest_name(word, verbs);
    return "'" + std::string(word) + "' is neither allow nor deny" +
           (near.empty() ? "; a line is: allow /usr/sbin/nginx CAP_NET_BIND_SERVICE   # why"
                         : "; did you mean '" + std::string(near) + "'?");
}

// The capabilities of a line; nothing: there was a problem.
std::optional<CapabilitySet> read_set(std::string_view text, std::size_t line, bool deny, ParsedPolicy& result) {
    CapabilitySet set;
    bool sound = true, none = false;
    const std::vector<std::string_view> words = words_of(text);
    for (const std::string_view word : words) {
        none = none || word == nothing;
        const std::optional<unsigned> number = read_capability(word, NameStyle::any);
        if (number)
            set.insert(*number);
        else if (word != nothing)
            add_problem(result, line, no_capability(word, NameStyle::any));
        sound = sound && (number || word == nothing);
    }
    if (words.empty()) {
        add_problem(result, line, "no capability is named; write none where a program is known to need nothing");
        sound = false;
    } else if (none && (deny || words.size() > 1)) {
        add_problem(result, line, deny ? "deny none means nothing; leave the line out" : "none stands alone");
        sound = false;
    }
    return sound ? std::optional(set) : std::nullopt;
}

// The place where the comment of a line begins: at a # that is not inside a word or quotes.
std::size_t comment_at(std::string_view line) {
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at)
        if (line[at] == '\\' && quoted)
            ++at;
        else if (line[at] == '"')
            quoted = !quoted;
        else if (line[at] == '#' && !quoted && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t'))
            return at;
    return line.size();
}

void parse_line(std::string_view text, std::size_t number, ParsedPolicy& result) {
    const std::size_t comment = comment_at(text);
    const std::string_view line = trimmed(text.substr(0, comment));
    if (line.empty())
        return;
    const std::string_view verb = line.substr(0, line.find_first_of(" \t"));
    if (std::ranges::find(verbs, verb) == std::end(verbs))
        return add_problem(result, number, wrong_verb(verb));
    const std::string_view after_verb = trimmed(line.substr(verb.size()));
    std::string_view after_place = after_verb;
    const ImagePlace place = read_place(after_place);
    if (place.unknown && (place.other_root || place.other_mounts))
        return add_problem(result, number, "unknown-place stands alone: nothing else is known of such a place");
    if (after_place.empty())
        return add_problem(result, number, "no executable is named; write * for every program");
    PathReader path(after_place);
    if (std::string problem = path.read(); !problem.empty())
        return add_problem(result, number, std::move(problem));
    const bool deny = verb == "deny";
    const std::optional<CapabilitySet> set = read_set(path.rest(), number, deny, result);
    if (!set)
        return;
    const std::string_view executable = after_verb.substr(0, after_verb.size() - path.rest().size());
    const std::string_view why = trimmed(text.substr(std::min(comment + 1, text.size())));
    result.policy.rules.push_back({deny,
                                   path.pattern(),
                                   *set,
                                   {result.policy.file, number},
                                   std::string(verb) + ' ' + std::string(executable),
                                   std::string(why),
                                   place});
}

}  // namespace

bool looks_like_policy(std::string_view text) {
    for (const std::string_view line : lines_of(text)) {
        if (line.starts_with(heading))
            return true;
        const std::vector<std::string_view> words = words_of(line.substr(0, max_line));
        if (!words.empty() && !words[0].starts_with('#'))
            return std::ranges::find(verbs, words[0]) != std::end(verbs);
    }
    return false;
}

bool could_be_policy(std::string_view text) {
    bool has_line = false;
    for (const std::string_view line : lines_of(text)) {
        const std::vector<std::string_view> words = words_of(line.substr(0, max_line));
        if (words.empty() || words[0].starts_with('#'))
            continue;
        has_line = true;
        const bool is_line = words.size() > 2 && words[1].find_first_of("/*") == 0 &&
                             (words[2] == nothing || read_capability(words[2], NameStyle::known));
        if (is_line || !nearest_name(words[0], verbs).empty())
            return true;
    }
    return !has_line;
}

void parse_policy_lines(const PolicyText& text, ParsedPolicy& result) {
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text.bytes)) {
        ++number;
        if (line.size() > max_line)
            add_problem(result, number, "is longer than 32768 bytes");
        else if (line.starts_with(heading) && trimmed(line.substr(heading.size())) != version)
            add_problem(result, number,
                        "is of another version than '" + std::string(heading) + std::string(version) +
                            "', which is all that this program knows");
        else
            parse_line(line, number, result);
    }
    if (result.policy.rules.empty() && result.problems.empty())
        add_problem(result, 0, "has no line; a policy that allows nothing is the line: allow * none");
}

}  // namespace caprec
