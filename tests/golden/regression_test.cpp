// SPDX-License-Identifier: Apache-2.0
//
// The answers of the gates on the two versions of the small service in samples/regression, as they were recorded once.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/golden/golden_file.h"
#include "tests/golden/run_command.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

class Regression : public testing::Test {
protected:
    Regression() {
        for (const char* name : {"spoold-1.cap", "spoold-2.cap", "spoold.service"})
            std::filesystem::copy_file(std::filesystem::path(CAPREC_SOURCE_DIR "/samples/regression") / name, name);
    }
    static std::string text_of(const Result& result) {
        return result.out + result.err + "--- exit status " + std::to_string(result.status) + "\n";
    }
    ScratchDirectory directory_;
};

TEST_F(Regression, IsCaughtByDiff) {
    expect_golden("regression-diff.txt", text_of(run({"diff", "spoold-1.cap", "spoold-2.cap"})));
    EXPECT_EQ(run({"diff", "spoold-2.cap", "spoold-1.cap"}).status, exit_fine) << "needing less is none";
}

TEST_F(Regression, IsCaughtByTheUnit) {
    EXPECT_EQ(run({"check", "spoold-1.cap", "--policy", "spoold.service"}).status, exit_fine);
    expect_golden("regression-check.txt", text_of(run({"check", "spoold-2.cap", "--policy", "spoold.service"})));
}

TEST_F(Regression, IsCaughtInASumOfRuns) {
    const Result checked = run({"check", "spoold-1.cap", "spoold-2.cap", "--policy", "spoold.service"});
    EXPECT_EQ(checked.status, exit_different);
    EXPECT_NE(checked.out.find("needs CAP_CHOWN, in 1 of 2 runs"), std::string::npos) << checked.out;
}

}  // namespace
}  // namespace caprec
