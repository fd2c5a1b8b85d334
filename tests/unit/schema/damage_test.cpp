// SPDX-License-Identifier: Apache-2.0
//
// Accidents of files: cut off, bytes changed, chunks missing, another kind of file.
#include <gtest/gtest.h>

#include <algorithm>

#include "schema/chunk_framing.h"
#include "tests/support/chunk_surgery.h"
#include "tests/support/sample_traces.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

Bytes as_bytes(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

Bytes big_sample() { return sample_traces().back(); }

bool is_prefix(const std::vector<AnyRow>& part, const std::vector<AnyRow>& whole) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin(), same);
}

TEST(Damage, SamplesAreWhole) {
    for (const Bytes& trace : sample_traces()) {
        const Reading reading = read_all(trace);
        EXPECT_EQ(reading.last, ReadStatus::end) << reading.damage;
        EXPECT_TRUE(reading.visits_sound);
        EXPECT_EQ(reading.damage, "");
        EXPECT_EQ(reading.statistics.bytes, trace.size());
        EXPECT_EQ(reading.statistics.unknown_columns, 0u);
        EXPECT_EQ(reading.statistics.unknown_chunks, 0u);
        const Reading again = read_all(trace, 1);  // a pipe that gives a byte at a time
        EXPECT_EQ(again.last, ReadStatus::end);
        EXPECT_EQ(again.statuses, reading.statuses);
        EXPECT_TRUE(std::ranges::equal(again.events, reading.events, same));
    }
    EXPECT_GT(read_all(big_sample()).statistics.event_chunks, 2u);
}

TEST(Damage, ACutAnywhereIsACutWithEveryWholeChunk) {
    const Bytes trace = big_sample();
    const Reading whole = read_all(trace);
    std::vector<std::size_t> ends;  // the end of each chunk
    for (std::size_t chunks = 1; const Segment& segment : split_chunks(trace)) {
        ends.push_back((ends.empty() ? 0 : ends.back()) + join_chunks({&segment, 1}).size());
        EXPECT_EQ(ends.size(), chunks++);
    }
    ASSERT_EQ(ends.back(), trace.size());
    for (std::size_t length = 0; length < trace.size(); ++length) {
        const Reading reading = read_all(std::span(trace).first(length));
        ASSERT_EQ(reading.last, ReadStatus::cut) << length << ": " << reading.damage;
        const auto expected = static_cast<std::size_t>(std::ranges::upper_bound(ends, length) - ends.begin());
        ASSERT_EQ(reading.statuses.size(), expected) << length;
        ASSERT_EQ(reading.statistics.bytes, expected > 0 ? ends[expected - 1] : 0);
        ASSERT_TRUE(is_prefix(reading.events, whole.events));
        ASSERT_TRUE(reading.visits_sound);
        ASSERT_EQ(reading.damage.empty(), expected > 0) << "a cut in the first chunk is explained";
    }
}

TEST(Damage, AChangedByteIsFound) {
    const Bytes trace = big_sample();
    const Reading whole = read_all(trace);
    for (std::size_t place = 0; place < trace.size(); ++place) {
        for (const unsigned flip : {0x01u, 0x10u, 0x80u, 0xffu}) {
            Bytes changed = trace;
            changed[place] ^= static_cast<std::byte>(flip);
            const Reading reading = read_all(changed);
            ASSERT_TRUE(reading.last == ReadStatus::damaged || reading.last == ReadStatus::cut) << place;
            ASSERT_LT(reading.statuses.size(), whole.statuses.size());
            ASSERT_TRUE(std::equal(reading.statuses.begin(), reading.statuses.end(), whole.statuses.begin()));
            ASSERT_TRUE(is_prefix(reading.events, whole.events)) << place;
            if (reading.last == ReadStatus::damaged)
                ASSERT_NE(reading.damage, "");
        }
    }
}

TEST(Damage, FilesThatAreNoTraces) {
    const struct {
        Bytes bytes;
        ReadStatus status;
        const char* text;
    } rows[] = {
        {{}, ReadStatus::cut, "the file is empty"},
        {as_bytes("x"), ReadStatus::cut, "too short to be a capability trace"},
        {as_bytes("root:x:0:0:root:/root:/bin/bash\nbin:x:1:1:"), ReadStatus::damaged, "not a capability trace"},
        {Bytes(100, std::byte{0}), ReadStatus::damaged, "not a capability trace"},
        {Bytes(5u << 20, std::byte{0xff}), ReadStatus::damaged, "not a capability trace"},
        {as_bytes("\x7f"
                  "ELF" +
                  std::string(1000, '\2')),
         ReadStatus::damaged, "not a capability trace"},
        {as_bytes("CAPTRACE" + std::string(1000, 'x')), ReadStatus::damaged, "chunk 0: more than one segment"},
    };
    for (const auto& row : rows) {
        const Reading reading = read_all(row.bytes);
        EXPECT_EQ(reading.last, row.status) << row.text;
        EXPECT_EQ(reading.damage, row.text);
        EXPECT_TRUE(reading.statuses.empty());
    }
}

TEST(Damage, TheLastStatusStays) {
    const Bytes trace = big_sample();
    for (const std::size_t length : {trace.size(), trace.size() - 1}) {
        MemorySource source(std::span<const std::byte>(trace).first(length));
        TraceReader reader(source);
        ReadStatus status = reader.next();
        while (!is_last(status))
            status = reader.next();
        EXPECT_EQ(reader.next(), status);
        EventRecorder events;
        EXPECT_FALSE(reader.visit_events(events));
        EXPECT_TRUE(events.rows.empty());
    }
}

class Chunks : public testing::Test {
protected:
    std::vector<Segment> chunks = split_chunks(big_sample());

    Reading read() const { return read_all(join_chunks(chunks)); }

    void expect_damage(const std::string& text) const {
        const Reading reading = read();
        EXPECT_EQ(reading.last, ReadStatus::damaged);
        EXPECT_EQ(reading.damage, text);
    }
};

TEST_F(Chunks, SurgeryWithoutAChangeChangesNothing) { EXPECT_EQ(join_chunks(chunks), big_sample()); }

TEST_F(Chunks, AMissingOne) {
    chunks.erase(chunks.begin() + 2);
    expect_damage("chunk 2: has number 3 in the file");
}

TEST_F(Chunks, OneThatStandsTwice) {
    chunks.insert(chunks.begin() + 2, chunks[1]);
    expect_damage("chunk 2: has number 1 in the file");
}

TEST_F(Chunks, WithoutAHeader) {
    chunks.erase(chunks.begin());
    renumber(chunks);
    expect_damage("chunk 0: it is not a header");
}

TEST_F(Chunks, ASecondHeader) {
    chunks.insert(chunks.begin() + 2, chunks[0]);
    renumber(chunks);
    expect_damage("chunk 2: a second header");
}

TEST_F(Chunks, AfterTheFooter) {
    chunks.push_back(chunks[1]);
    renumber(chunks);
    expect_damage("there is something after the last chunk");
    EXPECT_TRUE(read().footer);
    Bytes bytes = big_sample();
    bytes.push_back(std::byte{0});
    EXPECT_EQ(read_all(bytes).last, ReadStatus::damaged);
}

TEST_F(Chunks, AnotherMagic) {
    chunks[1][chunk_magic_word] ^= 1;
    expect_damage("chunk 1: not a chunk of a capability trace");
}

TEST_F(Chunks, ARootThatIsElsewhere) {
    for (const std::uint64_t root : {std::uint64_t{4}, std::uint64_t{1}, std::uint64_t{0}, ~std::uint64_t{0}}) {
        chunks[1][chunk_root_word] = root;
        expect_damage("chunk 1: its root is not at its start");
    }
}

TEST_F(Chunks, AKindFromTheFuture) {
    Segment unknown = chunks[1];
    unknown[chunk_crc_word] = std::uint64_t{9} << 32;  // the union's tag
    chunks.insert(chunks.begin() + 1, unknown);
    renumber(chunks);
    const Reading reading = read();
    EXPECT_EQ(reading.last, ReadStatus::end) << reading.damage;
    EXPECT_EQ(reading.statuses[1], ReadStatus::unknown);
    EXPECT_EQ(reading.statistics.unknown_chunks, 1u);
    EXPECT_EQ(reading.events.size(), read_all(big_sample()).events.size());
}

}  // namespace
}  // namespace caprec
