// SPDX-License-Identifier: Apache-2.0
#include "recorder/build_id.h"

#include <elf.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

using namespace std::string_view_literals;

namespace caprec {
namespace {

constexpr std::size_t max_headers = 256, max_notes = 64u << 10, max_id = 64;

// The bytes of the file; fewer when it ends earlier.
std::vector<char> bytes_at(int fd, std::uint64_t offset, std::size_t size) {
    std::vector<char> bytes(size);
    const ssize_t got = pread(fd, bytes.data(), size, static_cast<off_t>(offset));
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
}

// Names and contents are padded to 4 bytes; in segments that are aligned to 8, notes are padded to 8.
std::string build_id_in(std::string_view notes, std::size_t alignment) {
    const auto padded = [&](std::size_t size) { return (size + alignment - 1) / alignment * alignment; };
    while (notes.size() >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr note;
        std::memcpy(&note, notes.data(), sizeof note);
        const std::size_t content = padded(sizeof note + note.n_namesz);
        if (content > notes.size() || note.n_descsz > notes.size() - content)
            return {};
        const std::string_view name = notes.substr(sizeof note, note.n_namesz);
        if (note.n_type == NT_GNU_BUILD_ID && name == "GNU\0"sv && note.n_descsz <= max_id)
            return std::string(notes.substr(content, note.n_descsz));
        notes.remove_prefix(std::min(notes.size(), padded(content + note.n_descsz)));
    }
    return {};
}

template <class Header, class Segment> std::string read_from(int fd) {
    Header header;
    const std::vector<char> head = bytes_at(fd, 0, sizeof header);
    if (head.size() < sizeof header)
        return {};
    std::memcpy(&header, head.data(), sizeof header);
    if (header.e_phentsize != sizeof(Segment))
        return {};
    const std::vector<char> table =
        bytes_at(fd, header.e_phoff, std::min<std::size_t>(header.e_phnum, max_headers) * sizeof(Segment));
    for (std::size_t at = 0; at + sizeof(Segment) <= table.size(); at += sizeof(Segment)) {
        Segment segment;
        std::memcpy(&segment, table.data() + at, sizeof segment);
        if (segment.p_type != PT_NOTE)
            continue;
        const std::vector<char> notes =
            bytes_at(fd, segment.p_offset, std::min<std::uint64_t>(segment.p_filesz, max_notes));
        if (std::string id = build_id_in({notes.data(), notes.size()}, segment.p_align == 8 ? 8 : 4); !id.empty())
            return id;
    }
    return {};
}

}  // namespace

std::string read_build_id(int fd) {
    const std::vector<char> ident = bytes_at(fd, 0, EI_NIDENT);
    constexpr char order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    if (ident.size() < EI_NIDENT || std::memcmp(ident.data(), ELFMAG, SELFMAG) != 0 || ident[EI_DATA] != order)
        return {};
    return ident[EI_CLASS] == ELFCLASS64 ? read_from<Elf64_Ehdr, Elf64_Phdr>(fd)
                                         : read_from<Elf32_Ehdr, Elf32_Phdr>(fd);
}

}  // namespace caprec
