// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace caprec {

// The capabilities that an executable file gives to a process that executes it (capabilities(7), "File capabilities").
struct FileCapabilities {
    std::uint64_t permitted = 0, inheritable = 0;
    bool effective = false;
    std::uint32_t root_id = 0;  // they count where this uid is root; 0: everywhere
    friend bool operator==(const FileCapabilities&, const FileCapabilities&) = default;
};

// Parses the value of security.capability, in each of its three forms.  Nothing when the kernel would not take it.
std::optional<FileCapabilities> parse_file_capabilities(std::span<const std::byte> value);

// The capabilities of an open file, which may be open with O_PATH.  They are empty for a file without any, or on a file
// system without any.  Nothing: they cannot be read.
std::optional<FileCapabilities> read_file_capabilities(int fd);

}  // namespace caprec
