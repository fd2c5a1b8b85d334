// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/frame_section.h"

#include <dwarf.h>
#include <gtest/gtest.h>
#include <cstring>
#include <string>

#include "analyzer/symbols/elf/byte_reader.h"

namespace caprec {
namespace {

using namespace std::string_literals;

constexpr std::uint64_t section_address = 0x40000;

template <class Number> std::string raw(Number number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

// An entry with its length in front.
std::string entry(const std::string& body) { return raw(static_cast<std::uint32_t>(body.size())) + body; }
std::string entry64(const std::string& body) { return raw(~std::uint32_t{0}) + raw(std::uint64_t{body.size()}) + body; }

std::string common(const std::string& letters, const std::string& data, const std::string& program = "") {
    return entry(raw(std::uint32_t{0}) + "\x01"s + letters + '\0' + "\x01\x78\x10"s + data + program);
}
const std::string common_entry = common("zR", "\x01\x1b"s, "\x0c\x07\x08");  // pcrel, sdata4

// An entry for `length` bytes of code at `start`, after `before`, which begins with the common entry.
std::string with_function(const std::string& before, std::int64_t start, std::uint32_t length,
                          const std::string& program = "") {
    const auto body_at = before.size() + 4;
    const auto place = static_cast<std::int64_t>(section_address + body_at + 4);
    return before + entry(raw(static_cast<std::uint32_t>(body_at)) + raw(static_cast<std::int32_t>(start - place)) +
                          raw(length) + "\0"s + program);
}

FrameSection eh_frame(std::string_view bytes) { return {FrameSection::Kind::eh_frame, bytes, section_address}; }

TEST(FrameSectionTest, TheFunctionAnAddressLiesIn) {
    std::string bytes = with_function(common_entry, 0x2000, 0x10, "\x41");
    bytes = with_function(bytes, 0x1000, 0x20, "\x42\x43");
    const FrameSection section = eh_frame(bytes);
    for (const std::uint64_t outside : {0xfffUL, 0x1020UL, 0x2010UL, 0UL, ~0UL})
        EXPECT_FALSE(section.find(outside)) << outside;
    for (const std::uint64_t inside : {0x1000UL, 0x101fUL}) {
        const auto found = section.find(inside);
        ASSERT_TRUE(found) << inside;
        EXPECT_EQ(found->start, 0x1000u);
        EXPECT_EQ(found->function, "\x42\x43");
        EXPECT_EQ(found->initial, "\x0c\x07\x08");
        EXPECT_EQ(found->data_alignment, -8);
        EXPECT_EQ(found->return_register, 16u);
        EXPECT_FALSE(found->signal);
        EXPECT_EQ(found->function_address, section_address + bytes.size() - 2);
    }
}

TEST(FrameSectionTest, EndMarksMayStandBetweenInputs) {
    const std::string mark = raw(std::uint32_t{0});
    EXPECT_TRUE(eh_frame(with_function(common_entry + mark, 0x1000, 8) + mark).find(0x1000));
    std::string many = common_entry;
    for (int i = 0; i < 65; ++i)
        many += mark;
    EXPECT_FALSE(eh_frame(with_function(many, 0x1000, 8)).find(0x1000));
}

TEST(FrameSectionTest, LettersOfCommonEntries) {
    struct Row {
        std::string letters, data;
        bool found, signal;
    };
    const Row rows[] = {
        {"zR", "\x01\x1b"s, true, false},
        {"zRS", "\x01\x1b"s, true, true},
        {"zPLR", "\x07\x9b____\x1b\x1b"s, true, false},
        {"zRB", "\x01\x1b"s, true, false},
        {"zRX", "\x09\x1b________"s, true, false},  // unknown, with a length
        {"eh", "________"s, false, false},          // an augmentation of long ago
        {"zR", "\x01"s, false, false},              // cut off
        {"z"s + std::string(16, 'B'), "\x01\x1b"s, false, false},
    };
    for (const Row& row : rows) {
        const std::string bytes = with_function(common(row.letters, row.data), 0x1000, 8);
        const auto found = eh_frame(bytes).find(0x1004);
        ASSERT_EQ(found.has_value(), row.found) << row.letters;
        EXPECT_EQ(found && found->signal, row.signal) << row.letters;
    }
}

TEST(FrameSectionTest, NumbersOfMoreThanTenBytesAreNone) {
    const auto with_factor = [](std::size_t bytes) {
        const std::string factor = std::string(bytes - 1, '\x80') + "\x01";
        return entry(raw(std::uint32_t{0}) + "\x01zR\0"s + factor + "\x78\x10\x01\x1b"s);
    };
    const std::string short_one = with_factor(10), long_one = with_factor(11);
    const std::string short_bytes = with_function(short_one, 0x1000, 8);
    const std::string long_bytes = with_function(long_one, 0x1000, 8);
    EXPECT_TRUE(eh_frame(short_bytes).find(0x1000));
    EXPECT_FALSE(eh_frame(long_bytes).find(0x1000));
}

TEST(FrameSectionTest, DebugFrameOfBothFormats) {
    const std::string head = "\x04\0\x08\0\x01\x78\x10\x0c\x07\x08"s;  // version 4, of 8 bytes an address
    const std::string common32 = entry(raw(~std::uint32_t{0}) + head);
    const std::string common64 = entry64(raw(~std::uint64_t{0}) + head);
    const std::string range = raw(std::uint64_t{0x1000}) + raw(std::uint64_t{0x10});
    const std::string function32 = entry(raw(std::uint32_t{0}) + range);
    const std::string function64 = entry64(raw(std::uint64_t{0}) + range);
    for (const std::string& bytes : {common32 + function32, common64 + function64}) {
        const auto found = FrameSection(FrameSection::Kind::debug_frame, bytes, 0).find(0x100f);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->initial, "\x0c\x07\x08");
        EXPECT_FALSE(eh_frame(bytes).find(0x100f));
    }
}

TEST(FrameSectionTest, DamageHidesWhatIsBehindItAndNothingElse) {
    const std::string good = with_function(common_entry, 0x1000, 8);
    const std::string two = with_function(good, 0x2000, 8);
    for (std::size_t length = 0; length < two.size(); ++length) {
        const std::string cut = two.substr(0, length);
        const FrameSection section = eh_frame(cut);
        EXPECT_EQ(section.find(0x1000).has_value(), length >= good.size()) << length;
        EXPECT_FALSE(section.find(0x2000)) << length;
    }
    // one that refers to itself, to a place outside and to another function
    for (const std::uint32_t reference : {4u, 0x7fffffffu, 24u}) {
        const std::string bad = good + entry(raw(reference) + raw(std::int32_t{0}) + raw(std::uint32_t{8}) + "\0"s);
        EXPECT_TRUE(eh_frame(with_function(bad, 0x2000, 8)).find(0x2000)) << reference;
    }
    // longer than all addresses
    EXPECT_FALSE(eh_frame(with_function(common_entry, -8, 8)).find(~std::uint64_t{0}));
}

TEST(EncodedAddress, Forms) {
    struct Row {
        std::uint8_t encoding;
        std::string bytes;
        std::optional<std::uint64_t> value;
    };
    const Row rows[] = {
        {DW_EH_PE_absptr, raw(std::uint64_t{0x123456789a}), 0x123456789a},
        {DW_EH_PE_udata2, "\xff\xff", 0xffff},
        {DW_EH_PE_sdata2, "\xff\xff", ~std::uint64_t{0}},
        {DW_EH_PE_udata4, "\xff\xff\xff\xff", 0xffffffff},
        {DW_EH_PE_sdata4, "\xff\xff\xff\xff", ~std::uint64_t{0}},
        {DW_EH_PE_sdata8, raw(std::int64_t{-2}), ~std::uint64_t{1}},
        {DW_EH_PE_uleb128, "\x81\x01", 129},
        {DW_EH_PE_sleb128, "\x7f", ~std::uint64_t{0}},
        {DW_EH_PE_pcrel | DW_EH_PE_sdata4, "\xfe\xff\xff\xff", 0x4fe},
        {DW_EH_PE_datarel | DW_EH_PE_sdata4, "\1\0\0\0"s, std::nullopt},
        {DW_EH_PE_indirect | DW_EH_PE_pcrel | DW_EH_PE_sdata4, "\1\0\0\0"s, std::nullopt},
        {DW_EH_PE_omit, "\1\0\0\0"s, std::nullopt},
        {DW_EH_PE_udata8, "\1\0\0\0"s, std::nullopt},
    };
    for (const Row& row : rows) {
        ByteReader reader(row.bytes);
        EXPECT_EQ(read_encoded(reader, row.encoding, 0x500), row.value) << int(row.encoding);
    }
}

}  // namespace
}  // namespace caprec
