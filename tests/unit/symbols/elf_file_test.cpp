// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/elf_file.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <cstring>

#include "analyzer/symbols/elf/symbol_table.h"
#include "schema/error.h"
#include "tests/unit/symbols/program_files.h"

namespace caprec {
namespace {

FileImage image_of_bytes(std::string_view bytes) {
    FileImage image = FileImage::zeros(bytes.size());
    image.write(0, bytes);
    return image;
}

std::string note(const std::string& name, std::uint32_t type, const std::string& content) {
    const Elf64_Nhdr head{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(content.size()), type};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
    for (std::string part : {name, content}) {
        part.resize((part.size() + 3) / 4 * 4);
        bytes += part;
    }
    return bytes;
}

TEST(ElfFile, WhatALibrarySaysOfItself) {
    const ElfFile file(image_of(deep_library));
    EXPECT_EQ(file.build_id().size(), 20u);
    ASSERT_NE(file.section(".text"), nullptr);
    EXPECT_EQ(file.section(".nothing"), nullptr);
    const SymbolTable symbols(file, nullptr);
    const ElfSection& text = *file.section(".text");
    const auto address = file.address_of(text.offset);
    ASSERT_TRUE(address);
    EXPECT_EQ(*address, text.address);
    EXPECT_EQ(file.offset_of(*address), text.offset);
    EXPECT_FALSE(file.address_of(file.size()));
    EXPECT_FALSE(file.offset_of(~std::uint64_t{0}));
    EXPECT_EQ(file.bytes_at(0, 4),
              "\x7f"
              "ELF");
    EXPECT_EQ(file.bytes_at(file.size() - 1, 100).size(), 1u);
    EXPECT_EQ(file.bytes_at(~std::uint64_t{0}, 100).size(), 0u);
}

TEST(ElfFile, SymbolsByAddress) {
    const ElfFile file(image_of(deep_library));
    const SymbolTable symbols(file, nullptr);
    const ElfSection& text = *file.section(".text");
    const SymbolTable::Symbol* walk = nullptr;
    for (std::uint64_t address = text.address; address < text.address + text.bytes && walk == nullptr; ++address) {
        const SymbolTable::Symbol* symbol = symbols.find(address);
        walk = symbol != nullptr && symbol->name == "library_walk" ? symbol : nullptr;
    }
    ASSERT_NE(walk, nullptr);
    EXPECT_GT(walk->bytes, 0u);
    EXPECT_EQ(symbols.find(walk->address + walk->bytes - 1), walk);
    EXPECT_NE(symbols.find(walk->address + walk->bytes), walk);
    EXPECT_EQ(symbols.find(0), nullptr);
}

TEST(ElfFile, WhatIsNoElfFile) {
    EXPECT_THROW(image_of("/"), Error);
    EXPECT_THROW(image_of("/dev/null"), Error);
    EXPECT_THROW(image_of("/nowhere"), Error);
    EXPECT_THROW(ElfFile(image_of(CAPREC_SOURCE_DIR "/LICENSE")), Error);
    EXPECT_THROW(ElfFile(image_of_bytes("\x7f"
                                        "ELF")),
                 Error);
    EXPECT_THROW(ElfFile(image_of_bytes("!<arch>\n")), Error);
}

TEST(ElfFile, CutAnywhereItIsStillReadOrRefused) {
    const FileImage whole = image_of(deep_library);
    for (std::size_t length = 1; length < whole.bytes().size(); length += 61) {
        try {
            const ElfFile file(image_of_bytes(whole.bytes().substr(0, length)));
            const SymbolTable symbols(file, nullptr);
            for (const ElfSection& section : file.sections())
                EXPECT_LE(file.bytes_of(section).size(), length);
        } catch (const Error&) {
        }
    }
}

TEST(ElfFile, SegmentsAndSectionsWithoutEnd) {
    const FileImage whole = image_of(deep_library);
    std::string bytes(whole.bytes());
    Elf64_Ehdr head;
    std::memcpy(&head, bytes.data(), sizeof head);
    head.e_phnum = 0xfffe;
    head.e_shnum = 0xfeff;
    std::memcpy(bytes.data(), &head, sizeof head);
    try {
        const ElfFile file(image_of_bytes(bytes));
        EXPECT_LE(file.segments().size(), ElfFile::max_segments);
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()), "");
    }
}

TEST(ElfFile, NamesOfSectionsWithoutEnd) {
    const FileImage whole = image_of(deep_library);
    const ElfSection names = *ElfFile(image_of(deep_library)).section(".shstrtab");
    std::string bytes(whole.bytes());
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(names.offset), names.bytes, 'a');
    const ElfFile file(image_of_bytes(bytes));
    EXPECT_GT(file.sections().size(), 10u);
    for (const ElfSection& section : file.sections())
        EXPECT_LE(section.name.size(), 64u);
}

TEST(ElfFile, BuildIdsInNotes) {
    const std::string gnu("GNU", 4), id("\x12\x34\x56", 3);
    EXPECT_EQ(find_build_id(note(gnu, NT_GNU_BUILD_ID, id), 4), id);
    EXPECT_EQ(find_build_id(note(gnu, NT_GNU_ABI_TAG, "x") + note(gnu, NT_GNU_BUILD_ID, id), 4), id);
    EXPECT_EQ(find_build_id(note("Go", NT_GNU_BUILD_ID, id), 4), "");
    EXPECT_EQ(find_build_id(note(gnu, NT_GNU_BUILD_ID, std::string(65, 'x')), 4), "");
    const std::string good = note(gnu, NT_GNU_BUILD_ID, id);
    for (std::size_t length = 0; length + 1 < good.size(); ++length)
        EXPECT_EQ(find_build_id(std::string_view(good).substr(0, length), 4), "") << length;
    Elf64_Nhdr endless{~0u, ~0u, NT_GNU_BUILD_ID};
    EXPECT_EQ(find_build_id({reinterpret_cast<const char*>(&endless), sizeof endless}, 4), "");
}

}  // namespace
}  // namespace caprec
