// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/live/child.h"
#include "tests/live/trace.h"

namespace caprec {

struct Recorded {
    Ended ended;
    Trace trace;  // empty when there is no file
};

// A test that records: in a directory of its own that everybody may enter, with nothing left running behind it.
//
// Skips, and says why, where BPF cannot be used; with CAPREC_REQUIRE_LIVE=1 it fails instead.  CAPREC names a caprec
// other than the build's.
class LiveTest : public ::testing::Test {
protected:
    LiveTest();
    ~LiveTest() override;
    void SetUp() override;
    void TearDown() override;

    static std::string recorder();
    const std::string& directory() const { return directory_; }
    std::string path(const std::string& name) const { return directory_ + "/" + name; }
    std::string trace_path() const { return path("run.cap"); }
    std::string workload(const std::string& name) const;  // a copy of it in the directory
    std::string sample(const std::string& name) const;
    void write(const std::string& name, const std::string& text, unsigned mode = 0644) const;
    std::string read(const std::string& name) const;
    std::string unpacked(const std::string& trace) const;  // as a reader sees it, so that its texts can be found

    // Runs caprec -o run.cap OPTIONS -- COMMAND in the directory.
    Launch launch(const std::vector<std::string>& command, const std::vector<std::string>& options = {}) const;
    Recorded record(const std::vector<std::string>& command, const std::vector<std::string>& options = {}) const;
    Recorded record(const Launch& launch) const;
    // Records once more with the largest buffer when something was lost, for tests that are not about that: on a busy
    // machine the recorder may come too late.
    Recorded record_all(const std::vector<std::string>& command, std::vector<std::string> options = {}) const;
    // The same for a command that must end with 0, and a trace that must have lost nothing.
    Trace sound(const std::vector<std::string>& command, const std::vector<std::string>& options = {}) const;

private:
    std::string copy_of(const std::string& program) const;

    std::string directory_;
};

}  // namespace caprec
