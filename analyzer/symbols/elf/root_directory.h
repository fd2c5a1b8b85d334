// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/symbols/elf/file_descriptor.h"

namespace caprec {

// A directory below which recorded paths are looked up, as if it were the root: links and ".." do not leave it.
class RootDirectory {
public:
    // Throws Error when it cannot be opened.
    explicit RootDirectory(const std::string& path);

    // Opens a regular file for reading; nothing when there is none, with errno.  The path comes from a trace: nothing
    // but a regular file is opened, as opening a device or a FIFO may do something.
    FileDescriptor open(const std::string& path) const;

private:
    FileDescriptor directory_;
};

}  // namespace caprec
