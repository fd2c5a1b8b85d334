// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/elf_file.h"

#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <algorithm>
#include <cstring>
#include <utility>

#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::size_t max_note_bytes = 1u << 16;
constexpr std::size_t max_name_bytes = 64;  // sections with longer names are of no interest

// The rest of a file from `offset`, or less.
std::uint64_t within(std::uint64_t size, std::uint64_t offset, std::uint64_t bytes) {
    return offset >= size ? 0 : std::min(bytes, size - offset);
}

}  // namespace

std::string find_build_id(std::string_view notes, std::size_t alignment) {
    const auto padded = [&](std::uint64_t bytes) { return (bytes + alignment - 1) / alignment * alignment; };
    while (notes.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr head;
        std::memcpy(&head, notes.data(), sizeof head);
        notes.remove_prefix(sizeof head);
        const std::uint64_t name_bytes = padded(head.n_namesz);
        if (name_bytes > notes.size() || head.n_descsz > notes.size() - name_bytes)
            break;
        const std::string_view name = notes.substr(0, head.n_namesz), content = notes.substr(name_bytes, head.n_descsz);
        if (head.n_type == NT_GNU_BUILD_ID && name == std::string_view("GNU\0", 4))
            return content.size() <= ElfFile::max_build_id_bytes ? std::string(content) : std::string();
        notes.remove_prefix(std::min<std::uint64_t>(name_bytes + padded(head.n_descsz), notes.size()));
    }
    return {};
}

ElfFile::ElfFile(FileImage image) : image_(std::move(image)) {
    ::elf_version(EV_CURRENT);
    elf_ = ::elf_memory(image_.data(), image_.bytes().size());
    GElf_Ehdr head;
    try {
        if (elf_ == nullptr || ::elf_kind(elf_) != ELF_K_ELF || ::gelf_getehdr(elf_, &head) == nullptr)
            throw Error("is no ELF file");
        entry_ = head.e_entry;
        machine_ = head.e_machine;
        read_segments();
        read_sections();
        read_build_id();
    } catch (...) {
        ::elf_end(elf_);
        throw;
    }
}

ElfFile::~ElfFile() { ::elf_end(elf_); }

void ElfFile::read_segments() {
    std::size_t count = 0;
    if (::elf_getphdrnum(elf_, &count) != 0)
        count = 0;
    if (count > max_segments)
        throw Error("has too many segments");
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr head;
        if (::gelf_getphdr(elf_, static_cast<int>(i), &head) == nullptr)
            continue;
        const LoadSegment segment{head.p_offset, within(size(), head.p_offset, head.p_filesz), head.p_vaddr,
                                  (head.p_flags & PF_X) != 0};
        if (head.p_type == PT_LOAD)
            segments_.push_back(segment);
        else if (head.p_type == PT_GNU_EH_FRAME)
            frame_header_ = segment;
    }
}

void ElfFile::read_sections() {
    std::size_t count = 0, names = 0;
    if (::elf_getshdrnum(elf_, &count) != 0 || ::elf_getshdrstrndx(elf_, &names) != 0)
        return;  // sections were stripped: segments are enough to unwind
    if (count > max_sections)
        throw Error("has too many sections");
    GElf_Ehdr file;
    if (::gelf_getehdr(elf_, &file) != nullptr) {
        section_heads_at_ = file.e_shoff;
        section_heads_ = bytes_at(file.e_shoff, count * file.e_shentsize);
    }
    GElf_Shdr head;
    const bool has_names = ::gelf_getshdr(::elf_getscn(elf_, names), &head) != nullptr && head.sh_type == SHT_STRTAB &&
                           (head.sh_flags & SHF_COMPRESSED) == 0;
    const std::string_view name_table = has_names ? bytes_at(head.sh_offset, head.sh_size) : std::string_view();
    for (std::size_t i = 1; i < count; ++i) {
        Elf_Scn* section = ::elf_getscn(elf_, i);
        if (section == nullptr || ::gelf_getshdr(section, &head) == nullptr)
            continue;
        const std::string_view name =
            head.sh_name < name_table.size() ? name_table.substr(head.sh_name, max_name_bytes) : std::string_view();
        const std::uint64_t bytes = head.sh_type == SHT_NOBITS ? 0 : within(size(), head.sh_offset, head.sh_size);
        sections_.push_back({std::string(name.substr(0, name.find('\0'))), i, head.sh_offset, bytes, head.sh_addr,
                             head.sh_entsize, head.sh_type, head.sh_link, (head.sh_flags & SHF_COMPRESSED) != 0});
    }
}

void ElfFile::read_build_id() {
    for (const ElfSection& section : sections_)
        if (section.type == SHT_NOTE && build_id_.empty())
            build_id_ = find_build_id(bytes_of(section).substr(0, max_note_bytes), 4);
    std::size_t count = 0;
    if (::elf_getphdrnum(elf_, &count) != 0)
        return;
    for (std::size_t i = 0; i < count && build_id_.empty(); ++i) {
        GElf_Phdr head;
        if (::gelf_getphdr(elf_, static_cast<int>(i), &head) == nullptr || head.p_type != PT_NOTE)
            continue;
        const std::string_view notes = bytes_at(head.p_offset, std::min<std::uint64_t>(head.p_filesz, max_note_bytes));
        build_id_ = find_build_id(notes, head.p_align == 8 ? 8 : 4);
    }
}

const ElfSection* ElfFile::section(std::string_view name) const {
    const auto found =
        std::find_if(sections_.begin(), sections_.end(), [&](const ElfSection& each) { return each.name == name; });
    return found == sections_.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> ElfFile::address_of(std::uint64_t offset) const {
    const LoadSegment* best = nullptr;
    for (const LoadSegment& segment : segments_) {
        const bool inside = offset >= segment.offset && offset - segment.offset < segment.file_bytes;
        if (inside && (best == nullptr || (segment.executable && !best->executable)))
            best = &segment;
    }
    if (best == nullptr)
        return std::nullopt;
    return offset - best->offset + best->address;
}

std::optional<std::uint64_t> ElfFile::offset_of(std::uint64_t address) const {
    for (const LoadSegment& segment : segments_)
        if (address >= segment.address && address - segment.address < segment.file_bytes)
            return address - segment.address + segment.offset;
    return std::nullopt;
}

std::uint64_t ElfFile::segment_bytes_from(std::uint64_t address) const {
    for (const LoadSegment& segment : segments_)
        if (address >= segment.address && address - segment.address < segment.file_bytes)
            return segment.file_bytes - (address - segment.address);
    return 0;
}

std::string_view ElfFile::bytes_of(const ElfSection& section) const {
    return section.compressed ? std::string_view() : bytes_at(section.offset, section.bytes);
}

std::string_view ElfFile::bytes_at(std::uint64_t offset, std::uint64_t bytes) const {
    const std::uint64_t length = within(size(), offset, bytes);
    return length == 0 ? std::string_view() : image_.bytes().substr(offset, length);
}

std::string ElfFile::stored_bytes_at(std::uint64_t offset, std::uint64_t bytes) const {
    std::string result(bytes_at(offset, bytes));
    const std::uint64_t start = std::max(offset, section_heads_at_);
    const std::uint64_t end = std::min(offset + result.size(), section_heads_at_ + section_heads_.size());
    if (start < end)
        result.replace(start - offset, end - start, section_heads_, start - section_heads_at_, end - start);
    return result;
}

}  // namespace caprec
