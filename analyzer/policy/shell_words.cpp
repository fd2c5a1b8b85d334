// SPDX-License-Identifier: Apache-2.0
#include "analyzer/policy/shell_words.h"

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
            case '\n':
            case ';':
            case '&':
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
                word_.has_expansion = word_.may_be_more = true;
                skip_expansion();
                break;
            default: add(next());
        }
    }

    void start_word() {
        if (!in_word_)
            word_ = {{}, line_, false, false};
        in_word_ = true;
    }
    void add(char letter) {
        start_word();
        word_.text += letter;
    }
    void end_word() {
        if (in_word_)
            words_.push_back(std::move(word_));
        in_word_ = false;
    }
    void end_command() {
        end_word();
        if (!words_.empty())
            commands_.push_back(std::move(words_));
        words_.clear();
    }
    void skip_comment() {
        while (at_ < text_.size() && peek() != '\n')
            ++at_;
    }

    void read_escape() {
        ++at_;
        if (peek() == '\r' && text_.substr(at_).starts_with("\r\n"))
            ++at_;
        if (peek() == '\n')
            next();  // the line goes on
        else if (at_ < text_.size())
            add(next());
    }
    void read_single() {
        start_word();
        ++at_;
        while (at_ < text_.size() && peek() != '\'')
            add(next());
        at_ += at_ < text_.size() ? 1 : 0;
    }
    void read_double() {
        start_word();
        ++at_;
        while (at_ < text_.size() && peek() != '"') {
            if (peek() == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                if (peek() == '\n')
                    next();
                else
                    add(next());
            } else if (peek() == '$' || peek() == '`') {
                word_.has_expansion = true;
                skip_expansion();
            } else {
                add(next());
            }
        }
        at_ += at_ < text_.size() ? 1 : 0;
    }

    // Its text stays in the word, to be shown; $(...) ends at its parenthesis, ${...} at its brace.
    void skip_expansion() {
        const char first = next();
        word_.text += first;
        const char open = first == '`' ? '`' : peek(), close = open == '(' ? ')' : open == '{' ? '}' : '`';
        if (first == '$' && open != '(' && open != '{')
            return;
        unsigned depth = 0;
        if (first == '$')
            word_.text += next(), depth = 1;
        while (at_ < text_.size()) {
            const char letter = next();
            word_.text += letter;
            if (letter == close && (first == '`' || --depth == 0))
                return;
            depth += first == '$' && letter == open ? 1 : 0;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
    bool in_word_ = false;
    ShellWord word_;
    std::vector<ShellWord> words_;
    std::vector<std::vector<ShellWord>> commands_;
};

}  // namespace

std::vector<std::vector<ShellWord>> shell_commands(std::string_view text) { return ShellReader(text).read(); }

}  // namespace caprec
