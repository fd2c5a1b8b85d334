// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

namespace caprec {

// A cgroup of the test's own, which ends with it; there is none where none can be made.
class TestCgroup {
public:
    // `below`: a path inside of it, such as "system.slice/nginx.service", whose last part is then the cgroup.
    explicit TestCgroup(const std::string& below = "");
    ~TestCgroup();
    TestCgroup(const TestCgroup&) = delete;
    TestCgroup& operator=(const TestCgroup&) = delete;

    bool exists() const { return !path_.empty(); }
    const std::string& path() const { return path_; }
    std::string below_mount() const { return path_.substr(mount_.size()); }
    bool add(pid_t process) const;

private:
    std::string mount_, top_, path_;
};

}  // namespace caprec
