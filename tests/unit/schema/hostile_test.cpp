// SPDX-License-Identifier: Apache-2.0
//
// Chunks that no recorder writes, sound up to their checksum.
#include <gtest/gtest.h>

#include <functional>

#include <capnp/schema.h>

#include "schema/chunk_output.h"
#include "schema/column_codec.h"
#include "schema/run_info_codec.h"
#include "schema/table_store.h"
#include "tests/support/chunk_surgery.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

using Fill = std::function<void(format::Chunk::Builder)>;

// A header, and then chunks made by hand.
Bytes trace_of(std::initializer_list<Fill> fills) {
    MemorySink sink;
    ChunkOutput output(sink);
    output.write([](format::Chunk::Builder chunk) { encode(plausible_header(), chunk.initHeader()); });
    for (const Fill& fill : fills)
        output.write(fill);
    return sink.data;
}

void expect_fault(const Fill& fill, const std::string& text) {
    const Reading reading = read_all(trace_of({fill}));
    EXPECT_EQ(reading.last, ReadStatus::damaged);
    EXPECT_EQ(reading.damage, "chunk 1: " + text);
}

void set(capnp::List<std::int64_t>::Builder list, std::initializer_list<std::int64_t> values) {
    unsigned i = 0;
    for (const std::int64_t value : values)
        list.set(i++, static_cast<std::int64_t>(sign_last(static_cast<std::uint64_t>(value))));
}

TEST(Hostile, HugeCounts) {
    expect_fault([](auto chunk) { chunk.initEvents().initChecks().setCount(0xffffffff); },
                 "checks: more than 65,536 rows");
    expect_fault([](auto chunk) { chunk.initEvents().initExits().setCount(65537); }, "exits: more than 65,536 rows");
    expect_fault([](auto chunk) { chunk.initEvents().initChecks().setCount(65536); },
                 "checks: a column that is never trimmed is shorter than the count of rows");
}

TEST(Hostile, ColumnsOfTheWrongLength) {
    expect_fault(
        [](auto chunk) {
            auto checks = chunk.initEvents().initChecks();
            checks.setCount(2);
            checks.initTime(2);
            checks.initThread(3);
        },
        "checks: a column is longer than the count of rows");
}

TEST(Hostile, AnOrderThatDoesNotAscend) {
    const Bytes trace = trace_of({[](auto chunk) {
        auto exits = chunk.initEvents().initExits();
        exits.setCount(4);
        exits.initTime(4);
        set(exits.initOrder(4), {5, -4, -1, 0});  // 5, 6, 6, 6
    }});
    const Reading reading = read_all(trace);
    EXPECT_EQ(reading.last, ReadStatus::damaged);
    EXPECT_EQ(reading.damage, "chunk 1: exits: the order does not ascend");
    EXPECT_FALSE(reading.visits_sound);
    EXPECT_EQ(reading.events.size(), 2u) << "what came before the fault";
}

TEST(Hostile, TablesWhoseIdsDoNotGoOn) {
    expect_fault(
        [](auto chunk) {
            auto tables = chunk.initTables();
            tables.setFirstString(2);
            tables.initStrings(1);
        },
        "ids of strings go on with 2 instead of 1");
    expect_fault(
        [](auto chunk) {
            auto tables = chunk.initTables();
            tables.setFirstStack(0);
            tables.initStacks(1);
        },
        "ids of stacks go on with 0 instead of 1");
}

TEST(Hostile, TablesThatNeedTooMuchMemory) {
    capnp::MallocMessageBuilder message;
    auto tables = message.initRoot<format::Tables>();
    tables.setFirstString(1);
    auto strings = tables.initStrings(100);
    for (unsigned i = 0; i < strings.size(); ++i)
        strings.init(i, 1000);
    TableStore small(50'000), large(200'000);
    EXPECT_EQ(small.add(tables), "the tables of this trace need more than 0 MiB of memory");
    EXPECT_EQ(small.string(StringId(1)).size(), 1000u);
    EXPECT_EQ(small.string(StringId(60)), "");
    EXPECT_EQ(large.add(tables), "");
    EXPECT_EQ(large.string(StringId(100)).size(), 1000u);
}

// Many empty structs in a list of no bytes are cheap to write, but costly to believe.
TEST(Hostile, ListsThatAreLargerThanTheirChunk) {
    Segment segment = split_chunks(trace_of({[](auto chunk) {
        chunk.initTables().setFirstFrame(1);
        chunk.getTables().initFrames(1);
    }}))[1];
    // The list's tag, its last four words: element count in the upper 30 bits of the lower half, then the size.
    const std::size_t tag = segment.size() - 4;
    ASSERT_EQ(segment[tag], (std::uint64_t{3} << 32 | 1u << 2));
    const std::vector<Segment> header = split_chunks(trace_of({}));
    for (const std::uint64_t changed : {std::uint64_t{0x1fffffffu} << 2, std::uint64_t{3} << 32 | 0x1fffffffu << 2,
                                        std::uint64_t{3} << 32 | 2u << 2}) {
        segment[tag] = changed;
        const Segment both[] = {header[0], segment};
        const Reading reading = read_all(join_chunks(both));
        EXPECT_EQ(reading.last, ReadStatus::damaged);
        EXPECT_EQ(reading.damage, "chunk 1: its contents contradict each other");
    }
}

TEST(Hostile, ColumnsThatAreNoListsOfWords) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<format::Checks>();
    root.setCount(1);
    root.initTime(1);
    Segment segment = split_chunks(trace_of({[&](auto chunk) {
        auto checks = chunk.initEvents().initChecks();
        checks.setCount(1);
        checks.initTime(1);
    }}))[1];
    // Its last two words: the pointer to the column is the one with an element size of 8 bytes (5); make it 1 byte (2).
    for (std::uint64_t& word : segment)
        if ((word & 3) == 1 && (word >> 32) == (1u << 3 | 5u))
            word = (word & 0xffffffff) | std::uint64_t{1u << 3 | 2u} << 32;
    const Segment both[] = {split_chunks(trace_of({}))[0], segment};
    const Reading reading = read_all(join_chunks(both));
    EXPECT_EQ(reading.last, ReadStatus::damaged);
    EXPECT_EQ(reading.damage, "chunk 1: its contents contradict each other");
}

TEST(Hostile, FirstSeenOutcomesOfRowsThatDoNotExist) {
    expect_fault(
        [](auto chunk) {
            auto rows = chunk.initSummary().initFirstSeen();
            rows.initChecks().setCount(1);
            rows.getChecks().initTime(1);
            set(rows.initOutcomeRow(2), {0, 1});
            set(rows.initOutcomeHits(2), {1, 0});
        },
        "outcomes: they name rows that do not exist, or not in order");
}

TEST(Hostile, SegmentTablesAreCheckedBeforeAnythingElse) {
    const Bytes start = trace_of({});
    const struct {
        std::initializer_list<int> packed;
        const char* text;
    } rows[] = {
        {{0x11, 1, 5}, "chunk 1: more than one segment"},
        {{0x40, 0x09}, "chunk 1: larger than 4 MiB"},
        {{0xf0, 0xff, 0xff, 0xff, 0xff}, "chunk 1: larger than 4 MiB"},
        {{0x10, 0x04}, "chunk 1: too small"},
        {{0x00, 0x00}, "chunk 1: too small"},
        // A run of zeros that goes beyond the segment.
        {{0x10, 0x05, 0x00, 0xff}, "chunk 1: its packing is broken"},
    };
    for (const auto& row : rows) {
        Bytes trace = start;
        for (const int byte : row.packed)
            trace.push_back(static_cast<std::byte>(byte));
        trace.resize(trace.size() + 100);
        const Reading reading = read_all(trace);
        EXPECT_EQ(reading.last, ReadStatus::damaged);
        EXPECT_EQ(reading.damage, row.text);
    }
}

TEST(Future, ANewerFormatSaysSo) {
    RunHeader header;
    header.version = header.min_reader_version = format_version + 1;
    const Reading reading = read_all(TraceBuilder(header).finish());
    EXPECT_EQ(reading.last, ReadStatus::damaged);
    EXPECT_EQ(reading.damage, "this trace has format 5 and needs a newer capanalyze: this one reads format 4");
}

TEST(Future, ANewerFormatThatOldReadersMayTrustIsRead) {
    RunHeader header;
    header.version = format_version + 1;
    const Reading reading = read_all(TraceBuilder(header).finish());
    EXPECT_EQ(reading.last, ReadStatus::end) << reading.damage;
    EXPECT_EQ(reading.header->version, format_version + 1);
}

TEST(Future, UnknownEnumeratorsBecomeUnknown) {
    const Bytes trace = trace_of({[](auto chunk) {
        auto tables = chunk.initTables();
        tables.setFirstObject(1);
        tables.initObjects(1)[0].setKind(static_cast<format::ObjectKind>(77));
        tables.setFirstModule(1);
        tables.initModules(1)[0].setKind(static_cast<format::ModuleKind>(0x103));
    }});
    MemorySource source(trace);
    TraceReader reader(source);
    reader.next();
    ASSERT_EQ(reader.next(), ReadStatus::tables);
    EXPECT_EQ(reader.object(ObjectId(1))->kind, ObjectKind::unknown);
    EXPECT_EQ(reader.module(ModuleId(1))->kind, ModuleKind::unknown);
}

TEST(Future, AnUnknownSummaryIsCounted) {
    const Reading reading = read_all(trace_of({[](auto chunk) { chunk.initSummary().setMergedRuns(); }}));
    EXPECT_EQ(reading.last, ReadStatus::cut);
    EXPECT_EQ(reading.damage, "");
    EXPECT_EQ(reading.statuses, (std::vector{ReadStatus::header, ReadStatus::unknown}));
    EXPECT_EQ(reading.statistics.unknown_chunks, 1u);
}

// Chunks as a newer recorder may write them: longer structs than this schema's.
TEST(Future, UnknownColumnsAreCounted) {
    const auto chunk_with = [](std::uint64_t data_words, Segment rest) {
        Segment segment{(data_words | std::uint64_t{1} << 16) << 32, format::MAGIC, 1, std::uint64_t{2} << 32};
        segment.insert(segment.end(), rest.begin(), rest.end());
        return segment;
    };
    constexpr std::uint64_t empty_struct = 0xfffffffc;
    const auto struct_pointer = [](std::uint64_t pointers) { return pointers << 48; };
    const unsigned parts = capnp::Schema::from<format::Events>().getProto().getStruct().getPointerCount();
    const auto events_with_one_more = [&](std::uint64_t surplus) {
        Segment rest{struct_pointer(parts + 1)};
        rest.resize(1 + parts);
        rest.push_back(surplus);
        return rest;
    };
    const struct {
        Segment segment;
        std::uint64_t unknown;
    } rows[] = {
        {chunk_with(4, {0, 0}), 0},  // a longer Chunk with nothing in the surplus
        {chunk_with(4, {1, 0}), 1},  // and with something
        {chunk_with(3, events_with_one_more(0)), 0},
        {chunk_with(3, events_with_one_more(empty_struct)), 1},
    };
    for (const auto& row : rows) {
        const Segment both[] = {split_chunks(trace_of({}))[0], row.segment};
        const Reading reading = read_all(join_chunks(both));
        EXPECT_EQ(reading.last, ReadStatus::cut) << reading.damage;
        EXPECT_EQ(reading.statistics.event_chunks, 1u);
        EXPECT_EQ(reading.statistics.unknown_columns, row.unknown);
        EXPECT_TRUE(reading.visits_sound);
    }
}

}  // namespace
}  // namespace caprec
