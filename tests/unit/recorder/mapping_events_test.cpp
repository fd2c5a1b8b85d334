// SPDX-License-Identifier: Apache-2.0
#include "recorder/mapping_events.h"

#include <gtest/gtest.h>
#include <linux/perf_event.h>

#include <cstring>
#include <string>
#include <vector>

#include "bpf/event.h"

namespace caprec {
namespace {

using Bytes = std::vector<std::byte>;

void append(Bytes& bytes, const void* from, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(from);
    bytes.insert(bytes.end(), begin, begin + size);
}

template <class Number> void append(Bytes& bytes, Number number) { append(bytes, &number, sizeof number); }

// A record as the kernel writes it: header, body, and the trailer with thread, time and CPU.
Bytes record(std::uint32_t type, std::uint16_t misc, const Bytes& body, std::uint32_t pid, std::uint64_t time) {
    Bytes bytes;
    const perf_event_header header{type, misc, static_cast<std::uint16_t>(sizeof header + body.size() + 24)};
    append(bytes, header);
    append(bytes, body.data(), body.size());
    append(bytes, pid);
    append(bytes, pid);
    append(bytes, time);
    append(bytes, std::uint64_t{0});
    return bytes;
}

Bytes mapping_body(const std::string& build_id, const std::string& path) {
    Bytes body;
    append(body, std::uint32_t{77});
    append(body, std::uint32_t{78});
    for (const std::uint64_t word : {0x7f0000001000ULL, 0x2000ULL, 0x3000ULL})
        append(body, word);
    if (build_id.empty()) {
        append(body, std::uint32_t{8});
        append(body, std::uint32_t{1});
        append(body, std::uint64_t{1234});
        append(body, std::uint64_t{9});
    } else {
        append(body, static_cast<std::uint32_t>(build_id.size()));
        std::string padded = build_id;
        padded.resize(20);
        append(body, padded.data(), padded.size());
    }
    append(body, std::uint64_t{5});
    append(body, path.c_str(), (path.size() + 8) & ~std::size_t{7});
    return body;
}

TEST(MappingRecords, AMappingWithABuildId) {
    const std::string id("\0\1\2", 3);
    const Bytes bytes =
        record(PERF_RECORD_MMAP2, PERF_RECORD_MISC_MMAP_BUILD_ID, mapping_body(id, "/lib/libc.so.6"), 77, 5'000);
    const auto parsed = parse_mapping_record(bytes);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kind, MappingRecord::Kind::mapping);
    EXPECT_EQ(parsed->time, 5'000u);
    EXPECT_EQ(parsed->tgid, 77u);
    EXPECT_EQ(parsed->start, 0x7f0000001000u);
    EXPECT_EQ(parsed->length, 0x2000u);
    EXPECT_EQ(parsed->file_offset, 0x3000u);
    EXPECT_EQ(parsed->path, "/lib/libc.so.6");
    EXPECT_EQ(parsed->build_id, id);
    EXPECT_EQ(parsed->inode, 0u);
}

TEST(MappingRecords, AMappingWithoutOneIsKnownByItsInode) {
    const auto parsed = parse_mapping_record(record(PERF_RECORD_MMAP2, 0, mapping_body("", "/usr/bin/gofmt"), 77, 1));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->build_id, "");
    EXPECT_EQ(parsed->device, 8u << 20 | 1u);
    EXPECT_EQ(parsed->inode, 1234u);
}

TEST(MappingRecords, OnlyANameOfAnExecIsANewProgram) {
    const Bytes body(24);
    const auto exec = parse_mapping_record(record(PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC, body, 7, 9));
    ASSERT_TRUE(exec);
    EXPECT_EQ(exec->kind, MappingRecord::Kind::new_program);
    EXPECT_EQ(exec->tgid, 7u);
    EXPECT_FALSE(parse_mapping_record(record(PERF_RECORD_COMM, 0, body, 7, 9)));
}

TEST(MappingRecords, LossesAreCounted) {
    Bytes body;
    append(body, std::uint64_t{3});
    append(body, std::uint64_t{41});
    const auto parsed = parse_mapping_record(record(PERF_RECORD_LOST, 0, body, 7, 9));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->kind, MappingRecord::Kind::lost);
    EXPECT_EQ(parsed->lost, 41u);
}

TEST(MappingRecords, AShortRecordIsNone) {
    const Bytes whole =
        record(PERF_RECORD_MMAP2, PERF_RECORD_MISC_MMAP_BUILD_ID, mapping_body(std::string(20, 'i'), ""), 77, 1);
    std::size_t understood = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size)
        understood += parse_mapping_record(std::span(whole).first(size)) ? 1 : 0;
    EXPECT_LE(understood, 9u);  // whole, or with a part of its (here empty) name missing
    EXPECT_FALSE(parse_mapping_record(std::span(whole).first(whole.size() - 16)));
}

TEST(MappingEvents, NoRingsWereWanted) {
    MappingEvents events(-1, nullptr);
    EXPECT_EQ(events.ring_bytes(), 0u);
    EXPECT_EQ(events.refusal(), "");
    events.collect();
    events.take_until(~std::uint64_t{0}, [](const MappingRecord&) { FAIL(); });
}

// Mappings of other programs are no loss: only a gap in which a followed task mapped code counts.
TEST(MappingEvents, AGapConcernsFollowedTasksWhenOneMappedInIt) {
    std::vector<std::uint64_t> marks(EV_MARKS, 0);
    constexpr std::uint64_t ms = 1'000'000, mapped = 5'000 * ms;
    const std::uint64_t moment = mapped >> EV_MARK_SHIFT;
    marks[moment % EV_MARKS] = moment;
    const struct {
        const char* what;
        MappingGap gap;
        bool concerns;
    } gaps[] = {
        {"around it", {mapped - 10 * ms, mapped + 10 * ms, 1}, true},
        {"just before an exec ended", {mapped - 20 * ms, mapped - 10 * ms, 1}, true},
        {"long before it", {mapped - 500 * ms, mapped - 300 * ms, 1}, false},
        {"after it", {mapped + 10 * ms, mapped + 900 * ms, 1}, false},
        {"a lap of the marks later",
         {mapped + (std::uint64_t{EV_MARKS} << EV_MARK_SHIFT) - ms,
          mapped + (std::uint64_t{EV_MARKS} << EV_MARK_SHIFT) + ms, 1},
         false},
        {"longer than the marks last", {0, mapped + 100'000 * ms, 1}, true},
    };
    for (const auto& row : gaps)
        EXPECT_EQ(concerns_followed(row.gap, marks.data()), row.concerns) << row.what;
}

TEST(MappingEvents, ARefusalIsKept) {
    const MappingEvents events(1'000'000, nullptr);  // no such descriptor
    EXPECT_EQ(events.ring_bytes(), 0u);
    EXPECT_NE(events.refusal().find("512 KiB for each CPU: "), std::string::npos) << events.refusal();
    EXPECT_TRUE(events.refusal().ends_with(", and smaller ones")) << events.refusal();
}

}  // namespace
}  // namespace caprec
