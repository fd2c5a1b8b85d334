// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/file_image.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <cerrno>
#include <cstring>
#include <string>

#include "schema/error.h"

namespace caprec {

FileImage::~FileImage() {
    if (start_ != nullptr)
        ::munmap(start_, size_);
}

FileImage FileImage::map(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0)
        throw Error("cannot be read: " + errno_text(errno));
    if (!S_ISREG(status.st_mode))
        throw Error("is no regular file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size == 0 || size > max_bytes)
        throw Error(size == 0 ? "is empty" : "is too large for a program");
    // The mapping is writable, as libelf changes the headers of sections that it decompresses.  The file itself stays
    // as it is.
    void* start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    if (start == MAP_FAILED)
        throw Error("cannot be mapped: " + errno_text(errno));
    return {start, size};
}

FileImage FileImage::zeros(std::uint64_t bytes) {
    void* start = bytes == 0 || bytes > max_bytes ? MAP_FAILED
                                                  : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        throw Error("there is no memory for a file of " + std::to_string(bytes) + " bytes");
    ::madvise(start, bytes, MADV_NOHUGEPAGE);  // a few bytes here and there should take just a few pages
    return {start, bytes};
}

void FileImage::write(std::uint64_t offset, std::string_view bytes) {
    std::memcpy(start_ + offset, bytes.data(), bytes.size());
}

}  // namespace caprec
