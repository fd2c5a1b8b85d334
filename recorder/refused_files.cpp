// SPDX-License-Identifier: Apache-2.0
#include "recorder/refused_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace caprec {
namespace {

// Opens a path only from the kernel's caches, as it has just walked there itself, so that no file system is asked.
int open_cached(int directory, const std::string& path) {
    struct open_how how {};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_CACHED;
    return static_cast<int>(syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how));
}

// The files of FUSE are served by a program, which may be the recorded one, and could make the recorder wait for ever.
bool is_served_by_program(int fd) {
    std::ifstream of_file("/proc/self/fdinfo/" + std::to_string(fd)), mounts("/proc/self/mountinfo");
    std::string line, mount;
    while (mount.empty() && std::getline(of_file, line))
        if (line.starts_with("mnt_id:"))
            std::istringstream(line.substr(7)) >> mount;
    while (std::getline(mounts, line)) {
        if (mount.empty() || !line.starts_with(mount + ' '))
            continue;
        const std::size_t kind = line.find(" - ");
        return kind == std::string::npos || line.compare(kind + 3, 4, "fuse") == 0;
    }
    return true;  // it is in another mount namespace: not known
}

std::optional<FileCapabilities> capabilities_of(int fd) {
    struct statvfs mount {};
    if (is_served_by_program(fd) || fstatvfs(fd, &mount) != 0)
        return std::nullopt;
    if ((mount.f_flag & ST_NOSUID) != 0)
        return FileCapabilities{};
    return read_file_capabilities(fd);
}

}  // namespace

std::optional<FileCapabilities> capabilities_of_refused(const std::string& path, std::uint32_t tgid) {
    const bool is_absolute = path.starts_with('/');
    const std::string process = "/proc/" + std::to_string(tgid);
    const int start = tgid != 0 ? open((process + (is_absolute ? "/root" : "/cwd")).c_str(), O_PATH | O_CLOEXEC) : -1;
    const int file = start >= 0 ? open_cached(start, is_absolute ? "." + path : path) : open_cached(AT_FDCWD, path);
    const std::optional<FileCapabilities> found = file >= 0 ? capabilities_of(file) : std::nullopt;
    for (const int fd : {start, file})
        if (fd >= 0)
            close(fd);
    return found;
}

}  // namespace caprec
