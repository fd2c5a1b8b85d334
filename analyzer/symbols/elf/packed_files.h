// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/symbols/elf/file_image.h"
#include "schema/packed_files.h"

namespace caprec {

// Files that came with a trace in parts, made of bytes that nobody vouches for.  Bytes that are in no part read as zero
// and take no memory.
class PackedFiles {
public:
    static constexpr std::uint64_t max_bytes = std::uint64_t{512} << 20;  // all parts, uncompressed, in whole pages
    static constexpr std::uint64_t max_file_bytes = std::uint64_t{4} << 30;
    static constexpr std::size_t max_files = 4096;

    // Empty when the part was taken.  Otherwise it is left out, and the result says what is wrong: "a part exceeds its
    // file".
    std::string add(const FilePart& part);

    // Hands the file over; nothing when there is none.  Parts that come later begin a new one.
    FileImage take(const std::string& name, const std::string& build_id);

private:
    std::string write(FileImage& image, const FilePart& part, std::string_view bytes);

    std::map<std::pair<std::string, std::string>, FileImage> files_;
    std::uint64_t bytes_ = 0;
    std::vector<char> buffer_;
};

}  // namespace caprec
