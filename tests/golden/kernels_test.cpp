// SPDX-License-Identifier: Apache-2.0
//
// One workload, recorded under the kernels that tests/vm boots (tests/vm/record-samples): each kernel has other names
// for the places that ask, and another hook may have seen the checks.  The answer is the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/golden/golden_file.h"
#include "tests/golden/run_command.h"
#include "tests/golden/test_name.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

const std::filesystem::path kernel_samples = CAPREC_SOURCE_DIR "/tests/golden/kernels";

std::vector<std::string> kernels() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kernel_samples))
        if (entry.path().extension() == ".cap")
            names.push_back(entry.path().stem());
    return names;
}

class Kernels : public testing::TestWithParam<std::string> {
protected:
    ScratchDirectory directory_;  // becomes the working directory
    Kernels() { std::filesystem::copy_file(kernel_samples / (GetParam() + ".cap"), "run.cap"); }

    static Result ask(std::vector<std::string> words) {
        words.emplace_back("run.cap");
        return run(words);
    }
};

INSTANTIATE_TEST_SUITE_P(All, Kernels, testing::ValuesIn(kernels()),
                         [](const auto& each) { return test_name(each.param); });

// The workload needs these capabilities, and each was taken away once: see there.
TEST_P(Kernels, GiveTheSameSet) {
    const Result minimal = ask({"minimal"});
    EXPECT_EQ(minimal.status, exit_fine) << minimal.err;
    EXPECT_EQ(minimal.out,
              "CAP_CHOWN\nCAP_DAC_OVERRIDE\nCAP_FOWNER\nCAP_SETGID\nCAP_SETUID\nCAP_SETPCAP\nCAP_NET_BIND_SERVICE\n"
              "CAP_NET_RAW\nCAP_SYS_CHROOT\nCAP_SYS_ADMIN\nCAP_SYS_NICE\nCAP_MKNOD\n");
    const std::string events = ask({"events", "--verdict", "unclassified"}).out;
    EXPECT_EQ(std::ranges::count(events, '\n'), 1) << "a site of this kernel is not known:\n" << events;
}

// The sites have this kernel's names, and the notes are about its hook and machine.  For names in user space, no file
// of the machine that runs the test is used.
TEST_P(Kernels, NameTheirOwnSites) {
    std::filesystem::create_directory("nothing");
    const Result report = ask({"report", "--sysroot", "nothing"});
    ASSERT_EQ(report.status, exit_fine) << report.err;
    expect_golden("kernel-" + GetParam() + ".txt", report.out);
}

}  // namespace
}  // namespace caprec
