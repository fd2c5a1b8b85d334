// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <string>

namespace caprec {

// A file that is open as long as this lives.
class Descriptor {
public:
    explicit Descriptor(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_CLOEXEC)) {}
    ~Descriptor() {
        if (fd_ >= 0)
            close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }  // -1: it could not be opened

private:
    int fd_;
};

// Whether the open file, whose status is `now`, is on the device that the kernel knows its superblock by, which stat(2)
// does not tell on Btrfs and overlay.  device: major << 20 | minor.
bool is_on_device(int fd, const struct stat& now, std::uint32_t device);

}  // namespace caprec
