// SPDX-License-Identifier: Apache-2.0
#include "recorder/file_capabilities.h"

#include <endian.h>
#include <linux/capability.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace caprec {
namespace {

std::uint32_t word(std::span<const std::byte> value, std::size_t index) {
    std::uint32_t little = 0;
    std::memcpy(&little, value.data() + index * sizeof little, sizeof little);
    return le32toh(little);
}

}  // namespace

std::optional<FileCapabilities> parse_file_capabilities(std::span<const std::byte> value) {
    if (value.size() < sizeof(std::uint32_t))
        return std::nullopt;
    const std::uint32_t magic = word(value, 0), revision = magic & VFS_CAP_REVISION_MASK;
    const bool fits = (revision == VFS_CAP_REVISION_1 && value.size() == XATTR_CAPS_SZ_1) ||
                      (revision == VFS_CAP_REVISION_2 && value.size() == XATTR_CAPS_SZ_2) ||
                      (revision == VFS_CAP_REVISION_3 && value.size() == XATTR_CAPS_SZ_3);
    if (!fits)
        return std::nullopt;
    FileCapabilities file;
    file.effective = (magic & VFS_CAP_FLAGS_EFFECTIVE) != 0;
    file.permitted = word(value, 1);
    file.inheritable = word(value, 2);
    if (revision != VFS_CAP_REVISION_1) {
        file.permitted |= std::uint64_t{word(value, 3)} << 32;
        file.inheritable |= std::uint64_t{word(value, 4)} << 32;
    }
    if (revision == VFS_CAP_REVISION_3)
        file.root_id = word(value, 5);
    return file;
}

std::optional<FileCapabilities> read_file_capabilities(int fd) {
    std::array<std::byte, 64> value{};
    const std::string name = "/proc/self/fd/" + std::to_string(fd);  // fgetxattr refuses O_PATH
    const ssize_t bytes = getxattr(name.c_str(), "security.capability", value.data(), value.size());
    if (bytes < 0)
        return errno == ENODATA || errno == EOPNOTSUPP ? std::optional(FileCapabilities{}) : std::nullopt;
    return parse_file_capabilities(std::span(value).first(static_cast<std::size_t>(bytes)));
}

}  // namespace caprec
