// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

namespace caprec {

// A process of ours outside of the recording, which lives as long as this object.
class Neighbour {
public:
    // `prepare` is what the process does first; throws when that returns false.
    explicit Neighbour(const std::function<bool()>& prepare = {});
    ~Neighbour();
    Neighbour(const Neighbour&) = delete;
    Neighbour& operator=(const Neighbour&) = delete;
    std::string pid() const { return std::to_string(pid_); }

private:
    pid_t pid_ = -1;
};

}  // namespace caprec
