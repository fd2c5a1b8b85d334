// SPDX-License-Identifier: Apache-2.0
#include "tests/golden/golden_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace caprec {

void expect_golden(const std::string& name, const std::string& actual) {
    const std::string path = CAPREC_SOURCE_DIR "/tests/golden/expected/" + name;
    // empty output is valid only where the name says so: otherwise an error may have left it so
    ASSERT_TRUE(!actual.empty() || name.find("idle") != std::string::npos) << name << " would be empty";
    const char* update = std::getenv("CAPREC_UPDATE_GOLDEN");
    if (update != nullptr && std::string(update) == "1") {
        std::ofstream file(path, std::ios::binary);
        file << actual;
        ASSERT_TRUE(file.flush()) << "cannot write " << path;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    ASSERT_TRUE(file) << "no golden file " << path << "; CAPREC_UPDATE_GOLDEN=1 makes it";
    std::ostringstream expected;
    expected << file.rdbuf();
    EXPECT_EQ(actual, expected.str()) << "differs from " << path;
}

}  // namespace caprec
