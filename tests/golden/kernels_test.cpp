// SPDX-License-Identifier: Apache-2.0
//
// One workload, recorded under the kernels that tests/vm boots (tests/vm/record-samples): each of them has other names for
// the places that ask, and another hook may have seen them.  The answer is the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "schema/words/escape.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/run_command.h"

namespace caprec {
namespace {

const std::filesystem::path samples = CAPREC_SOURCE_DIR "/tests/golden/kernels";

std::vector<std::string> kernels() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(samples))
        if (entry.path().extension() == ".cap")
            names.push_back(entry.path().stem());
    return names;
}

class Kernels : public testing::TestWithParam<std::string> {
protected:
    Result ask(std::vector<std::string> words) const {
        words.push_back((samples / (GetParam() + ".cap")).string());
        return run(words);
    }
};

INSTANTIATE_TEST_SUITE_P(All, Kernels, testing::ValuesIn(kernels()), [](const auto& each) {
    std::string name = each.param;
    for (char& c : name)
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return name;
});

// What it does needs these, and each was taken away once: see the workload.
TEST_P(Kernels, GiveTheSameSet) {
    const Result minimal = ask({"minimal"});
    EXPECT_EQ(minimal.status, exit_fine) << minimal.err;
    EXPECT_EQ(minimal.out,
              "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_NET_BIND_SERVICE CAP_NET_RAW "
              "CAP_SYS_CHROOT CAP_SYS_ADMIN CAP_SYS_NICE CAP_MKNOD\n");
    EXPECT_EQ(ask({"events", "--verdict", "unclassified"}).out, "") << "a site of this kernel is not known";
}

// The sites by this kernel's names, and what its hook and the machine had to say.
TEST_P(Kernels, NameTheirOwnSites) { expect_golden("kernel-" + GetParam() + ".txt", ask({"report"}).out); }

}  // namespace
}  // namespace caprec
