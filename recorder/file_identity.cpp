// SPDX-License-Identifier: Apache-2.0
#include "recorder/file_identity.h"

#include <sys/sysmacros.h>

#include <fstream>
#include <sstream>

namespace caprec {
namespace {

std::uint32_t device_number(unsigned major, unsigned minor) { return major << 20 | minor; }

// The device number of the mount that the file is seen in, which stat(2) does not tell on Btrfs and overlay.
std::uint32_t device_of_mount(int fd) {
    std::ifstream of_file("/proc/self/fdinfo/" + std::to_string(fd)), mounts("/proc/self/mountinfo");
    std::string line, mount;
    while (mount.empty() && std::getline(of_file, line))
        if (line.starts_with("mnt_id:"))
            std::istringstream(line.substr(7)) >> mount;
    while (!mount.empty() && std::getline(mounts, line)) {
        std::istringstream words(line);
        std::string id, parent;
        unsigned major = 0, minor = 0;
        char colon = 0;
        if (words >> id >> parent >> major >> colon >> minor && id == mount)
            return device_number(major, minor);
    }
    return 0;
}

}  // namespace

bool is_on_device(int fd, const struct stat& now, std::uint32_t device) {
    return device_number(major(now.st_dev), minor(now.st_dev)) == device || device_of_mount(fd) == device;
}

}  // namespace caprec
