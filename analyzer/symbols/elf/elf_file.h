// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/symbols/elf/file_image.h"

struct Elf;  // libelf's

namespace caprec {

struct LoadSegment {
    std::uint64_t offset = 0, file_bytes = 0;  // in the file
    std::uint64_t address = 0;                 // as linked: what symbols, CFI and DWARF count in
    bool executable = false;
};

struct ElfSection {
    std::string name;
    std::size_t index = 0;
    std::uint64_t offset = 0, bytes = 0;  // in the file; 0 for a section without bytes there
    std::uint64_t address = 0, entry_bytes = 0;
    std::uint32_t type = 0, link = 0;
    bool compressed = false;
};

struct ByteRange {
    std::uint64_t offset = 0, bytes = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// One ELF file of any origin, even a hostile one: all that it says of itself is checked against its size, and counts
// are limited.
class ElfFile {
public:
    static constexpr std::size_t max_segments = 512, max_sections = 1u << 16, max_build_id_bytes = 64;

    // Throws Error ("is no ELF file") without the file's name, which the caller knows.
    explicit ElfFile(FileImage image);
    ~ElfFile();
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;

    const std::string& build_id() const { return build_id_; }  // raw bytes; empty: it has none
    std::uint64_t size() const { return image_.bytes().size(); }
    std::uint64_t entry() const { return entry_; }      // address of the entry point
    std::uint16_t machine() const { return machine_; }  // EM_X86_64, ...
    const std::vector<LoadSegment>& segments() const { return segments_; }
    const std::vector<ElfSection>& sections() const { return sections_; }
    const ElfSection* section(std::string_view name) const;  // the first of that name; null: none

    // The address at which code at this place of the file is linked, and back; nothing outside the segments.
    std::optional<std::uint64_t> address_of(std::uint64_t offset) const;
    std::optional<std::uint64_t> offset_of(std::uint64_t address) const;
    std::uint64_t segment_bytes_from(std::uint64_t address) const;  // up to the end of its segment; 0 outside of them
    const LoadSegment& frame_header() const { return frame_header_; }  // PT_GNU_EH_FRAME; without bytes: none

    // The bytes of a section, uncompressed ones only; valid as long as this object.  Empty when it has none.
    std::string_view bytes_of(const ElfSection& section) const;
    // Bytes of the file: fewer, or none, when it ends earlier.
    std::string_view bytes_at(std::uint64_t offset, std::uint64_t bytes) const;
    // The same, with the section headers as they are in the file: libelf writes to them when it decompresses.
    std::string stored_bytes_at(std::uint64_t offset, std::uint64_t bytes) const;

    Elf* handle() const { return elf_; }

private:
    void read_segments();
    void read_sections();
    void read_build_id();

    FileImage image_;
    Elf* elf_ = nullptr;
    std::uint64_t entry_ = 0;
    std::uint16_t machine_ = 0;
    std::string build_id_;
    std::vector<LoadSegment> segments_;
    LoadSegment frame_header_;
    std::vector<ElfSection> sections_;
    std::uint64_t section_heads_at_ = 0;
    std::string section_heads_;
};

// The build id in one note section or segment; empty: there is none.
std::string find_build_id(std::string_view notes, std::size_t alignment);

}  // namespace caprec
