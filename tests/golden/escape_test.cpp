// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "analyzer/words/base64.h"
#include "schema/words/escape.h"
#include "schema/words/utf8.h"

namespace caprec {
namespace {

struct EscapedText {
    std::string bytes, expected;
};

TEST(Escape, LeavesNothingThatATerminalWouldObey) {
    const EscapedText rows[] = {
        {"plain text, with 'quotes'", "plain text, with 'quotes'"},
        {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
        {"two\nlines\ttab\r", "two\\nlines\\ttab\\r"},
        {"back\\slash", "back\\\\slash"},
        {std::string("nul\0!", 5), "nul\\x00!"},
        {"\x7f", "\\x7f"},
        {"caf\xc3\xa9 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xf0\x9f\x98\x80"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b31m"},  // C1 control sequence introducer
        {"\xe2\x80\xae"
         "exe.txt",
         "\\xe2\\x80\\xaeexe.txt"},           // right-to-left override
        {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},  // isolate
        {"a\xe2\x80\x8b"
         "b",
         "a\\xe2\\x80\\x8bb"},                         // zero width space
        {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},           // line separator
        {"\xf3\xa0\x80\xa1", "\\xf3\\xa0\\x80\\xa1"},  // tag character
        {"\xff\xfe", "\\xff\\xfe"},
        {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong slash
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
        {"cut \xe2\x82", "cut \\xe2\\x82"},
    };
    for (const EscapedText& row : rows)
        EXPECT_EQ(escape(row.bytes), row.expected);
}

// Eight bytes are looked at together: the result must not depend on a byte's place among them, nor on its neighbours.
TEST(Escape, EachByteIsWhatItIsAloneWhereverItStands) {
    for (unsigned value = 0; value < 256; ++value) {
        const std::string byte(1, static_cast<char>(value)), alone = escape(byte);
        EXPECT_EQ(is_plain_text(byte), alone == byte && value < 0x7f) << value;
        for (const char beside : {'a', ' ', '~'}) {
            for (std::size_t at = 0; at < 17; ++at) {
                const std::string before(at, beside), after(16 - at, beside);
                EXPECT_EQ(escape(before + byte + after), before + alone + after) << value << " at " << at;
                EXPECT_EQ(is_plain_text(before + byte + after), is_plain_text(byte)) << value << " at " << at;
            }
        }
    }
}

// A text from a trace may be a megabyte without a plain byte.
TEST(Escape, TakesNoLongerForEachByteOfALongText) {
    std::string text;
    while (text.size() < std::size_t{1} << 20)
        text += "\xd0\xb6";
    EXPECT_EQ(quote(text), '"' + text + '"');
    EXPECT_EQ(shell_word(std::string(1 << 20, '\n')).size(), (std::size_t{2} << 20) + 3);
}

TEST(Escape, ShellWordsCanBePasted) {
    const EscapedText rows[] = {
        {"plain-1.0/x=y", "plain-1.0/x=y"}, {"", "''"},
        {"two words", "'two words'"},       {"it's", "'it'\\''s'"},
        {"$(reboot)", "'$(reboot)'"},       {"back\\slash", "'back\\slash'"},
        {"a\nb'c\\", "$'a\\nb\\x27c\\\\'"}, {"\xff", "$'\\xff'"},
        {"caf\xc3\xa9", "'caf\xc3\xa9'"},   {"~root", "'~root'"},
        {"#no comment", "'#no comment'"},   {"!", "'!'"},
    };
    for (const EscapedText& row : rows)
        EXPECT_EQ(shell_word(row.bytes), row.expected);
    EXPECT_EQ(shell_command({"A=b", "A=b", ""}), "'A=b' A=b ''");
}

TEST(Escape, QuotesInsideQuotes) { EXPECT_EQ(quote("say \"hi\"\n"), "\"say \\x22hi\\x22\\n\""); }

TEST(Escape, ShortensByCodePoints) {
    EXPECT_EQ(shorten("abcdef", 6), "abcdef");
    EXPECT_EQ(shorten("abcdefg", 6), "abc...");
    EXPECT_EQ(shorten("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 4), "\xc3\xa9...");
    EXPECT_EQ(left_aligned("\xc3\xa9", 3), "\xc3\xa9  ");
    EXPECT_EQ(right_aligned("\xc3\xa9", 3), "  \xc3\xa9");
}

TEST(Utf8, ReplacesWhatIsNotText) {
    EXPECT_EQ(to_utf8("a\xff\xe2\x82z"), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
    EXPECT_TRUE(is_utf8("caf\xc3\xa9"));
    EXPECT_FALSE(is_utf8("caf\xc3"));
}

TEST(Base64, IsThatOfRfc4648) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

}  // namespace
}  // namespace caprec
