// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/shell_words.h"

#include <algorithm>

namespace caprec {
namespace {

class ShellReader {
public:
    explicit ShellReader(std::string_view text) : text_(text) {}

    std::vector<std::vector<ShellWord>> read() {
        while (at_ < text_.size())
            step();
        end_command();
        return std::move(commands_);
    }

private:
    char next() {
        const char letter = text_[at_++];
        line_ += letter == '\n' ? 1 : 0;
        return letter;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void step() {
        const char letter = peek();
        switch (letter) {
            case '\\': read_escape(); break;
            case '\'': read_single(); break;
            case '"': read_double(); break;
            case ' ':
            case '\t':
            case '\r':
                next();
                end_word();
                break;
            case '<':
            case '>': read_redirection(); break;
            case '&':
                if (text_.substr(at_).starts_with("&>")) {
                    end_word();
                    next();
                    read_redirection();
                } else {
                    next();
                    end_command();
                }
                break;
            case '\n':
            case ';':
            case '|':
            case '(':
            case ')':
                next();
                end_command();
                break;
            case '#':
                if (in_word_)
                    add(next());
                else
                    skip_comment();
                break;
            case '$':
            case '`':
                start_word();
                word_.may_be_more = true;
                skip_expansion();
                break;
            default: add(next());
        }
    }

    void start_word() {
        if (!in_word_)
            word_ = {.text = {}, .line = line_};
        is_bare_ = is_bare_ || !in_word_;
        in_word_ = true;
    }
    void add(char letter) {
        start_word();
        word_.text += letter;
    }
    void end_word() {
        if (in_word_ && !is_target_)
            words_.push_back(std::move(word_));
        is_target_ = is_target_ && !in_word_;
        in_word_ = false;
    }
    void end_command() {
        end_word();
        is_target_ = false;
        if (!words_.empty())
            commands_.push_back(std::move(words_));
        words_.clear();
    }
    void skip_comment() {
        while (at_ < text_.size() && peek() != '\n')
            ++at_;
    }

    // Reads `2>&1`, `> log`, `<<< word`: neither the operator nor its target is a word of the command.  `<(...)` is
    // one.
    void read_redirection() {
        if (text_.substr(at_ + 1).starts_with('(')) {
            start_word();
            return skip_expansion();
        }
        const bool is_variable = word_.text.starts_with('{') && word_.text.ends_with('}');  // {fd}> log
        if (in_word_ && is_bare_ && (is_variable || word_.text.find_first_not_of("0123456789") == std::string::npos))
            in_word_ = false;
        end_word();
        const std::size_t end = text_.find_first_not_of("<>&|", at_);
        constexpr std::size_t longest = 3;
        at_ = std::min({end, at_ + longest, text_.size()});
        is_target_ = true;
    }

    void read_escape() {
        ++at_;
        if (peek() == '\r' && text_.substr(at_).starts_with("\r\n"))
            ++at_;
        if (peek() == '\n')
            next();  // the line goes on
        else if (at_ < text_.size())
            add(next()), is_bare_ = false;
    }
    void read_single() {
        start_word();
        is_bare_ = false;
        ++at_;
        while (at_ < text_.size() && peek() != '\'')
            add(next());
        at_ += at_ < text_.size() ? 1 : 0;
    }
    void read_double() {
        start_word();
        is_bare_ = false;
        ++at_;
        while (at_ < text_.size() && peek() != '"') {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                if (peek() == '\n')
                    next();
                else
                    add(next());
            } else if (peek() == '$' || peek() == '`') {
                skip_expansion();
            } else {
                add(next());
            }
        }
        at_ += at_ < text_.size() ? 1 : 0;
    }

    // The text of the expansion stays in the word, to be shown; $(...) ends at its parenthesis, ${...} at its brace.
    void skip_expansion() {
        const std::size_t begin = at_;
        find_end();
        const std::string_view all = text_.substr(begin, at_ - begin);
        word_.has_expansion = true;
        word_.is_list = word_.is_list || becomes_list(all);
        word_.text += all;
    }
    void find_end() {
        const char first = next();
        const char open = first == '`' ? '`' : peek(), close = open == '(' ? ')' : open == '{' ? '}' : '`';
        if (first != '`' && open != '(' && open != '{') {
            at_ += open == '@' || open == '*' ? 1 : 0;
            return;
        }
        unsigned depth = 0;
        if (first != '`')
            next(), depth = 1;
        while (at_ < text_.size()) {
            const char letter = next();
            if (letter == close && (first == '`' || --depth == 0))
                return;
            depth += first != '`' && letter == open ? 1 : 0;
        }
    }
    // $@, ${@:2}, ${args[@]} become any number of words, even in double quotes; ${#args[@]} is their number.
    static bool becomes_list(std::string_view expansion) {
        if (!expansion.starts_with("${"))
            return expansion == "$@";
        const std::string_view inner = expansion.substr(2);
        return !inner.starts_with('#') && (inner.starts_with('@') || expansion.find("[@]") != std::string_view::npos ||
                                           expansion.find("$@") != std::string_view::npos || expansion.ends_with("@}"));
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
    bool in_word_ = false;
    bool is_bare_ = false;    // no part of the word is in quotes
    bool is_target_ = false;  // the next word, or the one that is being read, is a redirection's target
    ShellWord word_;
    std::vector<ShellWord> words_;
    std::vector<std::vector<ShellWord>> commands_;
};

}  // namespace

std::vector<std::vector<ShellWord>> shell_commands(std::string_view text) { return ShellReader(text).read(); }

}  // namespace caprec
