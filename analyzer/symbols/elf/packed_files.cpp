// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/packed_files.h"

#include <zstd.h>

#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::uint64_t page_bytes = 4096;  // the memory that a single byte takes

}  // namespace

std::string PackedFiles::add(const FilePart& part) {
    if (part.size == 0 || part.size > max_file_bytes || part.length > max_part_bytes || part.offset > part.size ||
        part.length > part.size - part.offset)
        return "a part exceeds its file";
    const std::uint64_t bytes_of_pages =
        (part.offset % page_bytes + part.length + page_bytes - 1) / page_bytes * page_bytes;
    if (bytes_of_pages > max_bytes - bytes_)
        return "its files are larger than 512 MiB in all";
    std::string_view bytes = part.bytes;
    if (part.compression == Compression::zstd) {
        buffer_.resize(max_part_bytes);
        const std::size_t length = ::ZSTD_decompress(buffer_.data(), part.length, bytes.data(), bytes.size());
        if (::ZSTD_isError(length) != 0)
            return "a part cannot be decompressed";
        bytes = {buffer_.data(), length};
    } else if (part.compression != Compression::none) {
        return "a part is compressed in a way that this version does not know";
    }
    if (bytes.size() != part.length)
        return "a part has another length than it says";
    const auto key = std::pair(std::string(part.name), std::string(part.build_id));
    if (files_.size() >= max_files && !files_.contains(key))
        return "it has too many files";
    bytes_ += bytes_of_pages;
    return write(files_[key], part, bytes);
}

std::string PackedFiles::write(FileImage& image, const FilePart& part, std::string_view bytes) {
    if (!image)
        image = FileImage::zeros(part.size);
    if (image.bytes().size() != part.size)
        return "the parts of a file disagree on its size";
    image.write(part.offset, bytes);
    return {};
}

FileImage PackedFiles::take(const std::string& name, const std::string& build_id) {
    const auto found = files_.find({name, build_id});
    if (found == files_.end())
        return {};
    return std::exchange(found->second, FileImage());
}

}  // namespace caprec
