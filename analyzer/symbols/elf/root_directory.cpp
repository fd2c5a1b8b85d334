// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/root_directory.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <cerrno>
#include <cstdint>

#include "schema/error.h"

namespace caprec {
namespace {

FileDescriptor open_below(int directory, const std::string& path, int flags) {
    struct open_how how {};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return FileDescriptor(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

}  // namespace

RootDirectory::RootDirectory(const std::string& path)
    : directory_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!directory_)
        throw Error("--sysroot: cannot open that directory: " + errno_text(errno));
}

FileDescriptor RootDirectory::open(const std::string& path) const {
    const FileDescriptor place = open_below(directory_.get(), path, O_PATH);
    struct stat status {};
    if (!place || ::fstat(place.get(), &status) != 0)
        return {};
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return {};
    }
    return open_below(directory_.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

}  // namespace caprec
