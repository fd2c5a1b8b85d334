// SPDX-License-Identifier: Apache-2.0
//
// Policies of our own format: the matches of patterns, the meaning of lines, and the messages on lines without a
// meaning.
#include <gtest/gtest.h>
#include <algorithm>
#include <random>

#include "analyzer/analysis/image_name.h"
#include "analyzer/policy/policy_formats.h"
#include "schema/capability_numbers.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

ParsedPolicy parsed(std::string_view text) { return parse_policy({text, "p.txt", ""}); }

std::string problems_by_line(const ParsedPolicy& parsed) {
    std::string text;
    for (const PolicyProblem& problem : parsed.problems)
        text += std::to_string(problem.place.line) + ": " + problem.text + '\n';
    return text;
}

PathPattern pattern_of(const std::string& word) {
    const ParsedPolicy policy = parsed("allow " + word + " CAP_CHOWN\n");
    EXPECT_EQ(problems_by_line(policy), "") << word;
    return policy.policy.rules.empty() ? PathPattern::exactly("?") : policy.policy.rules[0].programs;
}

TEST(Policy, ReadsLines) {
    const ParsedPolicy policy = parsed(
        "# capabilities policy 1\r\n"
        "\n"
        "allow  /usr/sbin/nginx  CAP_CHOWN setuid   # binds \xff # a port\n"
        "\tdeny\t*\tCAP_41\n"
        "allow /bin/true none");
    ASSERT_EQ(problems_by_line(policy), "");
    ASSERT_EQ(policy.policy.rules.size(), 3u);
    EXPECT_EQ(policy.policy.format, "policy");
    const PolicyRule& first = policy.policy.rules[0];
    EXPECT_FALSE(first.deny);
    EXPECT_EQ(first.programs.path(), "/usr/sbin/nginx");
    EXPECT_EQ(first.capabilities, CapabilitySet::of({cap_chown, cap_setuid}));
    EXPECT_EQ(first.place, (PolicyPlace{"p.txt", 3}));
    EXPECT_EQ(first.why, "binds \xff # a port");
    EXPECT_EQ(first.words, "allow /usr/sbin/nginx");
    EXPECT_TRUE(policy.policy.rules[1].deny);
    EXPECT_TRUE(policy.policy.rules[1].programs.is_every());
    EXPECT_EQ(policy.policy.rules[1].capabilities, CapabilitySet::of({41}));
    EXPECT_EQ(policy.policy.rules[1].place.line, 4u);
    EXPECT_TRUE(policy.policy.rules[2].capabilities.empty());
}

TEST(Policy, LinesAboutProgramsElsewhere) {
    const ParsedPolicy policy = parsed(
        "allow /bin/a CAP_CHOWN\n"
        "allow other-root /bin/a CAP_KILL\n"
        "deny  other-mounts  \"/bin/a\" CAP_KILL # why\n"
        "allow other-mounts other-root ** CAP_KILL\n"
        "allow * CAP_KILL\n");
    ASSERT_EQ(problems_by_line(policy), "");
    ASSERT_EQ(policy.policy.rules.size(), 5u);
    EXPECT_EQ(policy.policy.rules[2].words, "deny other-mounts  \"/bin/a\"");
    const ImagePlace places[] = {{}, {true, false}, {false, true}, {true, true}};
    const std::size_t rules[4][3] = {{0, 4, 9}, {1, 9, 9}, {2, 9, 9}, {3, 9, 9}};
    for (std::size_t at = 0; at < std::size(places); ++at) {
        for (std::size_t rule = 0; rule < 5; ++rule)
            EXPECT_EQ(policy.policy.rules[rule].is_about(image_name("/bin/a", places[at])),
                      std::ranges::find(rules[at], rule) != std::end(rules[at]))
                << at << ' ' << rule;
    }
    EXPECT_FALSE(policy.policy.rules[1].is_about("/bin/a (in another root)")) << "a file of that name";
}

TEST(Policy, LinesAboutProgramsElsewhereThatSayNothing) {
    EXPECT_NE(problems_by_line(parsed("allow other-root CAP_CHOWN\n")), "");
    EXPECT_NE(problems_by_line(parsed("allow other-root\n")), "");
    EXPECT_NE(problems_by_line(parsed("allow other-root unknown-place /bin/a CAP_CHOWN\n")), "");
    EXPECT_NE(problems_by_line(parsed("allow unknown-place CAP_CHOWN\n")), "");
    EXPECT_NE(problems_by_line(parsed("allow another-root /bin/a CAP_CHOWN\n")), "");
    EXPECT_NE(problems_by_line(parsed("allow /bin/a other-root CAP_CHOWN\n")), "");
}

struct Match {
    const char* pattern;
    std::string_view path;
    bool matches;
};
constexpr Match matches[] = {
    {"*", "/usr/bin/x", true},
    {"*", "", true},
    {"**", "", true},
    {"/usr/bin/x", "/usr/bin/x", true},
    {"/usr/bin/x", "/usr/bin/xy", false},
    {"/usr/bin/x", "/usr/bin/", false},
    {"/usr/bin/*", "/usr/bin/x", true},
    {"/usr/bin/*", "/usr/bin/", true},
    {"/usr/bin/*", "/usr/bin/a/b", false},
    {"/usr/**", "/usr/bin/a/b", true},
    {"/usr/**/b", "/usr/bin/a/b", true},
    {"/usr/**/b", "/usr/b", false},
    {"**/nginx", "/usr/sbin/nginx", true},
    {"**/nginx", "/usr/sbin/nginx2", false},
    {"*/nginx", "/usr/sbin/nginx", false},
    {"*/nginx", "/nginx", true},
    {"/opt/v?/x", "/opt/v1/x", true},
    {"/opt/v?/x", "/opt/v//x", false},
    {"/opt/v?/x", "/opt/v/x", false},
    {"/a*b*c", "/aXbYbc", true},
    {"/a*b*c", "/aXbYb", false},
    {"/[ab]", "/[ab]", true},
    {"/[ab]", "/a", false},
    {"\"/a*\"", "/a*", true},
    {"\"/a*\"", "/ab", false},
    {"\"\"", "", true},
    {"\"\"", "/a", false},
    {"/opt/\"my app\"/*", "/opt/my app/x", true},
    {"/opt/\"my app\"/*", "/opt/my app/x/y", false},
    {"\"memfd:x (deleted)\"", "memfd:x (deleted)", true},
    {"\"\\x41\\n\\\\\\\"\"", "A\n\\\"", true},
};

TEST(PathPattern, Matches) {
    for (const Match& row : matches)
        EXPECT_EQ(pattern_of(row.pattern).matches(row.path), row.matches) << row.pattern << " " << row.path;
}

// Each star doubles the ways for code that tries them one after the other.
TEST(PathPattern, TakesNoLongerForManyStars) {
    std::string stars = "/";
    for (int i = 0; i < 1000; ++i)
        stars += "*a";
    EXPECT_FALSE(pattern_of(stars + "b").matches("/" + std::string(4000, 'a')));
    EXPECT_TRUE(pattern_of(stars).matches("/" + std::string(4000, 'a')));
}

TEST(PathPattern, AQuotedPathIsThatPath) {
    std::minstd_rand random(5);
    for (int round = 0; round < 2000; ++round) {
        std::string path;
        for (std::size_t left = random() % 12; left > 0; --left)
            path += static_cast<char>(random() % 3 == 0 ? "\"\\# *?\t\n"[random() % 8] : 1 + random() % 255);
        const PathPattern pattern = pattern_of(quote(path));
        EXPECT_TRUE(pattern.is_exact());
        EXPECT_EQ(pattern.path(), path);
        EXPECT_TRUE(pattern.matches(path));
        EXPECT_FALSE(pattern.matches(path + "x"));
    }
}

struct LineMistake {
    std::string text, problem;
};

TEST(Policy, SaysWhatIsWrongAndWhere) {
    const LineMistake mistakes[] = {
        {"allow /a CAP_CHWON\n", "1: 'CAP_CHWON' is not a capability; did you mean 'CAP_CHOWN'?\n"},
        {"\nallow /a CAP_CHOWN zzz CAP_64\n", "2: 'zzz' is not a capability\n2: 'CAP_64' is not a capability\n"},
        {"alow /a chown\n", "1: 'alow' is neither allow nor deny; did you mean 'allow'?\n"},
        {"permit /a chown\n",
         "1: 'permit' is neither allow nor deny; a line is: allow /usr/sbin/nginx CAP_NET_BIND_SERVICE   # why\n"},
        {"allow\n", "1: no executable is named; write * for every program\n"},
        {"allow /a\n", "1: no capability is named; write none where a program is known to need nothing\n"},
        {"allow /a # chown\n", "1: no capability is named; write none where a program is known to need nothing\n"},
        {"deny /a none\n", "1: deny none means nothing; leave the line out\n"},
        {"allow /a none chown\n", "1: none stands alone\n"},
        {"allow nginx chown\n",
         "1: the executable is no path from / on; write /usr/bin/NAME, **/NAME, or * for every program\n"},
        {"allow \"/a chown\n", "1: a double quote has no end\n"},
        {"allow /a\\ b chown\n",
         "1: a backslash or a control character in a path must stand in double quotes: \"\\\\\", \"\\n\"\n"},
        {"allow \"\\q\" chown\n",
         "1: in double quotes a backslash begins \\\\, \\\", \\n, \\t, \\r or \\xNN, and nothing else\n"},
        {"allow \"\\x4\" chown\n",
         "1: in double quotes a backslash begins \\\\, \\\", \\n, \\t, \\r or \\xNN, and nothing else\n"},
        {"# capabilities policy 2\nallow * chown\n",
         "1: is of another version than '# capabilities policy 1', which is all that this program knows\n"},
        {"# nothing\n", "0: has no line; a policy that allows nothing is the line: allow * none\n"},
        {"", "0: is empty; a policy that allows nothing is the line: allow * none\n"},
        {" \r\n\t\n", "0: is empty; a policy that allows nothing is the line: allow * none\n"},
        {std::string("allow * chown\n\0", 15), "0: is a binary file, with zero bytes: it is no policy\n"},
        {"allow " + std::string(40000, '/') + " chown\n", "1: is longer than 32768 bytes\n"},
        {std::string(PolicyText::max_bytes + 1, '#'), "0: is larger than 1 MiB: it is no policy\n"},
        {"alow\nallow /a CAP_X1\n\nallow b chown\n",
         "1: 'alow' is neither allow nor deny; did you mean 'allow'?\n"
         "2: 'CAP_X1' is not a capability\n"
         "4: the executable is no path from / on; write /usr/bin/NAME, **/NAME, or * for every program\n"},
    };
    for (const LineMistake& mistake : mistakes)
        EXPECT_EQ(problems_by_line(parsed(mistake.text)), mistake.problem) << mistake.text.substr(0, 60);
}

TEST(Policy, VeryManyProblemsAreNotAllKept) {
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += "allow\n";
    const ParsedPolicy policy = parsed(text);
    ASSERT_EQ(policy.problems.size(), 101u);
    EXPECT_EQ(policy.problems.back().place.line, 101u);
    EXPECT_EQ(policy.problems.back().text, "and from here on more of them");
}

TEST(Policy, AWordMayHoldAHash) {
    const ParsedPolicy policy = parsed("allow /a#b CAP_KILL # c\nallow \"/a #b\" CAP_KILL# c\n");
    EXPECT_EQ(problems_by_line(policy),
              "2: 'CAP_KILL#' is not a capability; did you mean 'CAP_KILL'?\n2: 'c' is not a capability\n");
    ASSERT_EQ(policy.policy.rules.size(), 1u);
    EXPECT_EQ(policy.policy.rules[0].programs.path(), "/a#b");
    EXPECT_EQ(policy.policy.rules[0].capabilities, CapabilitySet::of({cap_kill}));
}

}  // namespace
}  // namespace caprec
