// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace caprec {

struct Cgroup {
    std::string path;      // in its hierarchy: "/system.slice/cron.service"
    std::uint64_t id = 0;  // the kernel's number
};

// The hierarchy of cgroup v2, wherever it is mounted.
class Cgroups {
public:
    Cgroups();  // throws Error when there is none

    // By its path below the mount, or by its absolute path.  Throws Error.
    Cgroup at(const std::string& path) const;
    // All whose last component is taken by `is_wanted`, sorted by path.  Throws Error.
    template <class Wanted> std::vector<Cgroup> find(const Wanted& is_wanted) const {
        std::vector<Cgroup> found;
        for (Cgroup& each : all())
            if (is_wanted(each.path.substr(each.path.rfind('/') + 1)))
                found.push_back(std::move(each));
        return found;
    }

private:
    std::vector<Cgroup> all() const;  // throws Error

    std::string mount_;
};

}  // namespace caprec
