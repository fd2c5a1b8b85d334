// SPDX-License-Identifier: Apache-2.0
#include "tests/live/cgroup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/live/child.h"

namespace caprec {

TestCgroup::TestCgroup(const std::string& below) {
    std::ifstream mounts("/proc/self/mounts");
    for (std::string device, where, type, rest; mounts >> device >> where >> type && std::getline(mounts, rest);)
        if (type == "cgroup2")
            mount_ = where;
    if (mount_.empty())
        return;
    top_ = mount_ + "/caprec-live-" + std::to_string(getpid());
    if (mkdir(top_.c_str(), 0755) != 0) {
        top_.clear();
        return;
    }
    path_ = below.empty() ? top_ : top_ + '/' + below;
    std::error_code error;
    std::filesystem::create_directories(path_, error);
}

TestCgroup::~TestCgroup() {
    for (std::string path = path_; path.size() >= top_.size() && !path.empty(); path.resize(path.rfind('/')))
        (void)eventually([&] { return rmdir(path.c_str()) == 0; });
}

bool TestCgroup::add(pid_t process) const {
    std::ofstream procs(path_ + "/cgroup.procs");
    procs << process << std::flush;
    return procs.good();
}

}  // namespace caprec
