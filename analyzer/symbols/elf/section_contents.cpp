// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/section_contents.h"

#include <elf.h>
#include <zlib.h>
#include <zstd.h>
#include <string_view>

#include "analyzer/symbols/elf/byte_reader.h"

namespace caprec {
namespace {

constexpr std::uint32_t by_zstd = 2;  // ELFCOMPRESS_ZSTD, newer than some elf.h

bool inflate(std::string_view from, std::string& into) {
    uLongf bytes = into.size();
    return ::uncompress(reinterpret_cast<Bytef*>(into.data()), &bytes, reinterpret_cast<const Bytef*>(from.data()),
                        from.size()) == Z_OK &&
           bytes == into.size();
}

bool expand(std::uint32_t type, std::string_view from, std::string& into) {
    if (type == by_zstd)
        return ::ZSTD_decompress(into.data(), into.size(), from.data(), from.size()) == into.size();
    return type == ELFCOMPRESS_ZLIB && inflate(from, into);
}

std::string expanded(std::uint32_t type, std::uint64_t bytes, std::string_view from) {
    if (bytes > max_uncompressed_bytes)
        return {};
    std::string into(bytes, '\0');
    return expand(type, from, into) ? into : std::string();
}

}  // namespace

std::string uncompressed(const ElfFile& file, const ElfSection& section) {
    const std::string_view stored = file.bytes_at(section.offset, section.bytes);
    ByteReader reader(stored);
    if (section.compressed) {  // Elf64_Chdr
        const auto type = reader.number<std::uint32_t>();
        reader.number<std::uint32_t>();  // reserved
        const auto bytes = reader.number<std::uint64_t>();
        reader.number<std::uint64_t>();  // alignment
        return reader.ok() ? expanded(type, bytes, reader.rest()) : std::string();
    }
    if (!section.name.starts_with(".zdebug"))
        return std::string(stored);
    if (reader.take(4) != "ZLIB")
        return {};
    std::uint64_t bytes = 0;  // big-endian
    for (const char byte : reader.take(sizeof bytes))
        bytes = bytes << 8 | static_cast<unsigned char>(byte);
    return reader.ok() ? expanded(ELFCOMPRESS_ZLIB, bytes, reader.rest()) : std::string();
}

}  // namespace caprec
