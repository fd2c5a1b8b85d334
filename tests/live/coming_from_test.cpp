// SPDX-License-Identifier: Apache-2.0
//
// docs/coming-from.md tells what to type instead of other tools: each of its lines is run as it stands there.
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/live/live_test.h"

namespace caprec {
namespace {

// The code in the last column of each row of the table.
std::vector<std::string> lines_of_the_table() {
    std::ifstream page(CAPREC_SOURCE_DIR "/docs/coming-from.md");
    std::vector<std::string> lines;
    static const std::regex code("`([^`]+)`");
    for (std::string row; std::getline(page, row);) {
        if (!row.starts_with("| ") || !row.ends_with(" |"))
            continue;
        row = std::regex_replace(row.substr(0, row.size() - 2), std::regex(R"(\\\|)"), "\x01");
        const std::string here = row.substr(row.rfind('|') + 1);
        std::string line;
        for (std::sregex_iterator found(here.begin(), here.end(), code), end; found != end; ++found)
            line += (line.empty() ? "" : " && ") + (*found)[1].str();
        if (!line.empty())
            lines.push_back(std::regex_replace(line, std::regex("\x01"), "|"));
    }
    return lines;
}

class ComingFrom : public LiveTest {
protected:
    // What the words in capitals stand for, and an end for what has none.
    static std::string filled_in(std::string line) {
        const auto put = [&](const char* pattern, const std::string& text) {
            line = std::regex_replace(line, std::regex(pattern), text);
        };
        put("sudo ", "");
        put("caprec -(a|p PID|-cgroup PATH)", "caprec -d 1 -$1");
        put("\\bPID\\b", "$$$$");  // the shell itself
        put("\\bPATH\\b", "\"$$(sed -n s/^0:://p /proc/self/cgroup)\"");
        put("\\bCMD\\b", "nice -n -5 true");
        put("\\bcaprec ", "'" + recorder() + "' ");
        put("\\bcapanalyze ", "'" CAPREC_BINARY_DIR "/analyzer/capanalyze' ");
        return line;
    }
};

TEST_F(ComingFrom, EachLineOfTheTableWorks) {
    const std::vector<std::string> lines = lines_of_the_table();
    EXPECT_GE(lines.size(), 25u);
    for (const std::string& line : lines) {
        SCOPED_TRACE(line);
        EXPECT_NE(line.find("capanalyze "), std::string::npos);
        Launch shell;
        shell.argv = {"bash", "-o", "pipefail", "-c", filled_in(line)};
        shell.directory = directory();
        const Ended ended = run(shell);
        EXPECT_EQ(ended.status, 0) << ended.err;
        if (line.find("CMD") == std::string::npos || line.find("denied") != std::string::npos)
            continue;  // nothing need happen in a second; and it is granted to root
        EXPECT_EQ((ended.out + ended.err).find("INCOMPLETE"), std::string::npos) << ended.out;
        EXPECT_NE(ended.out.find("CAP_SYS_NICE"), std::string::npos) << ended.out << ended.err;
    }
}

}  // namespace
}  // namespace caprec
