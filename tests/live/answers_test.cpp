// SPDX-License-Identifier: Apache-2.0
//
// The other commands of the analyzer, on what was just recorded.
#include <unistd.h>

#include <filesystem>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

class Answers : public AnalyzedTest {
protected:
    void SetUp() override {
        AnalyzedTest::SetUp();
        if (HasFatalFailure() || IsSkipped())
            return;
        write("f", "x");
        sound({"chown", "65534", "f"});
    }
};

TEST_F(Answers, Why) {
    const Ended ended = capanalyze({"why", "run.cap", "chown"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    for (const char* text : {"CAP_CHOWN (0), high risk", "Needed: it is in the minimal set.", "asked 1 time: 1 granted",
                             "Where it decided", "fchownat(\"f\") ok", "[decided]", "cap_capable+0x"})
        EXPECT_NE(ended.out.find(text), std::string::npos) << text << " in: " << ended.out;
    const nlohmann::json document = json({"why", "--json", "run.cap", "CAP_CHOWN"});
    EXPECT_EQ(document.at("verdict"), "required");
    ASSERT_EQ(document.at("reasons").size(), 1u);
    EXPECT_EQ(document.at("reasons")[0].at("by_syscall"), false);
    EXPECT_EQ(document.at("reasons")[0].at("syscall"), "fchownat");
}

// The recorded check was made at a place that explain knows.
TEST_F(Answers, ExplainTheSiteThatAsked) {
    const nlohmann::json why = json({"why", "--json", "run.cap", "CAP_CHOWN"});
    const std::string site = why.at("reasons").at(0).at("site");
    const nlohmann::json explained = json({"explain", "--json", site});
    bool asks = false;
    for (const nlohmann::json& row : explained.at("rows")) {
        const auto names = row.at("capabilities").get<Names>();
        asks = asks || names.contains("CAP_CHOWN");
    }
    EXPECT_TRUE(asks) << site << ": " << explained.dump();
}

TEST_F(Answers, AsAServiceOfSystemd) {
    const Ended ended = capanalyze({"minimal", "--format", "systemd", "run.cap"});
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_NE(ended.out.find("\nCapabilityBoundingSet=CAP_CHOWN\n"), std::string::npos) << ended.out;
}

TEST_F(Answers, ACutTraceGivesASetOnlyWhenToldTo) {
    const auto size = std::filesystem::file_size(trace_path());
    std::filesystem::resize_file(trace_path(), size - 3);
    for (const char* format : {"text", "json", "systemd", "docker"}) {
        const Ended refused = capanalyze({"minimal", "--format", format, "run.cap"});
        EXPECT_EQ(refused.status, 2) << format;
        EXPECT_EQ(refused.out, "") << format;
        EXPECT_TRUE(refused.err.starts_with("INCOMPLETE: ")) << format << ": " << refused.err;
    }
    const Ended allowed = capanalyze({"minimal", "--format", "systemd", "--allow-incomplete", "run.cap"});
    EXPECT_EQ(allowed.status, 0);
    EXPECT_TRUE(allowed.out.starts_with("# INCOMPLETE: ")) << allowed.out;
    EXPECT_NE(allowed.out.find("\nCapabilityBoundingSet=CAP_CHOWN\n"), std::string::npos) << allowed.out;
    const nlohmann::json document = json({"minimal", "--json", "--allow-incomplete", "run.cap"});
    EXPECT_EQ(document.at("trace").at("complete"), false);
}

}  // namespace
}  // namespace caprec
