// SPDX-License-Identifier: Apache-2.0
#include "analyzer/pack/file_parts.h"

#include <gelf.h>
#include <zstd.h>
#include <algorithm>
#include <string>

#include "analyzer/symbols/unwind/cfi_table.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::string_view needed_sections[] = {".eh_frame", ".eh_frame_hdr", ".debug_frame", ".zdebug_frame",
                                                ".symtab",   ".strtab",       ".shstrtab"};
constexpr std::string_view dynamic_symbols[] = {".dynsym", ".dynstr"};  // .symtab has these, too
constexpr std::uint64_t padding_bytes = 64;                             // a gap between sections not worth two parts
constexpr int level = 12;                                               // zstd's: parts are written once, read often

bool is_needed(const ElfSection& section, bool has_symbols) {
    const auto is_of = [&](const auto& names) {
        return std::find(std::begin(names), std::end(names), section.name) != std::end(names);
    };
    return section.type == SHT_NOTE || is_of(needed_sections) || (!has_symbols && is_of(dynamic_symbols));
}

std::vector<ByteRange> heads_of(const ElfFile& file) {
    GElf_Ehdr head;
    if (::gelf_getehdr(file.handle(), &head) == nullptr)
        return {};
    std::size_t segments = 0, sections = 0;
    ::elf_getphdrnum(file.handle(), &segments);
    ::elf_getshdrnum(file.handle(), &sections);
    std::vector<ByteRange> ranges = {
        {0, head.e_ehsize}, {head.e_phoff, segments * head.e_phentsize}, {head.e_shoff, sections * head.e_shentsize}};
    for (std::size_t i = 0; i < std::min(segments, ElfFile::max_segments); ++i) {  // for files without sections
        GElf_Phdr segment;
        if (::gelf_getphdr(file.handle(), static_cast<int>(i), &segment) != nullptr && segment.p_type == PT_NOTE)
            ranges.push_back({segment.p_offset, segment.p_filesz});
    }
    return ranges;
}

std::string compressed(std::string_view bytes) {
    std::string result(::ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t length = ::ZSTD_compress(result.data(), result.size(), bytes.data(), bytes.size(), level);
    if (::ZSTD_isError(length) != 0)
        throw Error(std::string("cannot compress a part of a file: ") + ::ZSTD_getErrorName(length));
    result.resize(length);
    return result;
}

}  // namespace

std::vector<ByteRange> needed_ranges(const ElfFile& file, std::span<const std::uint64_t> places) {
    std::vector<ByteRange> ranges = heads_of(file);
    CfiTable(file, nullptr).add_ranges(places, ranges);
    const bool has_symbols = file.section(".symtab") != nullptr;
    for (const ElfSection& section : file.sections())
        if (is_needed(section, has_symbols))
            ranges.push_back({section.offset, section.bytes});
    for (ByteRange& range : ranges)
        range.bytes = file.bytes_at(range.offset, range.bytes).size();
    std::erase_if(ranges, [](const ByteRange& range) { return range.bytes == 0; });
    std::sort(ranges.begin(), ranges.end(), [](const ByteRange& a, const ByteRange& b) { return a.offset < b.offset; });
    std::vector<ByteRange> merged;
    for (const ByteRange& range : ranges) {
        if (!merged.empty() && range.offset <= merged.back().offset + merged.back().bytes + padding_bytes) {
            ByteRange& last = merged.back();
            last.bytes = std::max(last.bytes, range.offset + range.bytes - last.offset);
        } else {
            merged.push_back(range);
        }
    }
    return merged;
}

std::uint64_t write_parts(const ElfFile& file, std::span<const std::uint64_t> places, std::string_view name,
                          std::string_view build_id, FilesVisitor& into) {
    std::uint64_t sum = 0;
    for (const ByteRange& range : needed_ranges(file, places)) {
        for (std::uint64_t done = 0; done < range.bytes; done += max_part_bytes) {
            const std::uint64_t offset = range.offset + done;
            const std::string bytes =
                file.stored_bytes_at(offset, std::min<std::uint64_t>(range.bytes - done, max_part_bytes));
            const std::string shorter = compressed(bytes);
            into.on(FilePart{name, build_id, file.size(), offset, static_cast<std::uint32_t>(bytes.size()),
                             Compression::zstd, shorter});
            sum += bytes.size();
        }
    }
    return sum;
}

}  // namespace caprec
