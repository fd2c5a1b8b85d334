// SPDX-License-Identifier: Apache-2.0
//
// The parts below the formats of export, and the limits that keep its memory bounded.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <set>
#include <sstream>

#include "analyzer/emit/pieces/json_object.h"
#include "analyzer/export/parts/gzip.h"
#include "analyzer/export/parts/protobuf.h"
#include "analyzer/export/parts/samples.h"
#include "analyzer/export/parts/track_ids.h"
#include "tests/support/memory_stream.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

// The examples of the specification of the encoding.
TEST(Protobuf, EncodesAsSpecified) {
    ProtobufMessage number, text, outer, packed, nothing;
    number.number(1, 150);
    EXPECT_EQ(number.bytes(), "\x08\x96\x01");
    text.text(2, "testing");
    EXPECT_EQ(text.bytes(), "\x12\x07testing");
    outer.message(3, number);
    EXPECT_EQ(outer.bytes(), "\x1a\x03\x08\x96\x01");
    packed.number_list(6, {3, 270, 86942});
    EXPECT_EQ(packed.bytes(), "\x32\x06\x03\x8e\x02\x9e\xa7\x05");
    nothing.number(1, 0);
    nothing.text(2, "");
    EXPECT_EQ(nothing.bytes(), "");
}

TEST(Protobuf, EncodesTheLargestNumber) {
    ProtobufMessage message;
    message.number(16, ~std::uint64_t{0});
    EXPECT_EQ(message.bytes(), "\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

std::string gunzipped(const std::string& bytes) {
    std::FILE* file = std::tmpfile();
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::rewind(file);
    gzFile source = gzdopen(::dup(::fileno(file)), "rb");
    std::string text(1u << 20, '\0');
    const int size = gzread(source, text.data(), static_cast<unsigned>(text.size()));
    EXPECT_EQ(gzdirect(source), 0);
    EXPECT_EQ(gzclose(source), Z_OK);
    std::fclose(file);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

TEST(Gzip, ComesBackTheSame) {
    std::string bytes;
    for (std::uint32_t x = 1; bytes.size() < 300'000; x = x * 1664525 + 1013904223)
        bytes += static_cast<char>(x >> 24);
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65535}, std::size_t{65536},
                                   std::size_t{65537}, std::size_t{131072}, bytes.size()}) {
        std::ostringstream out;
        write_gzip(std::string_view(bytes).substr(0, size), out);
        EXPECT_TRUE(gunzipped(out.str()) == bytes.substr(0, size)) << size;
    }
}

TEST(JsonObject, NestsAndWritesThousandths) {
    std::string text;
    JsonObject json(text);
    json.thousandths("a", 1'234'567);
    json.thousandths("b", 7);
    json.thousandths("c", 18'446'744'073'709'551'615u);
    json.begin_object("d");
    json.string("e", "\xff\x1b;");
    json.number("f", -1);
    json.end_object();
    json.begin_object("g");
    json.end_object();
    json.boolean("h", true);
    json.end();
    EXPECT_EQ(
        text,
        "{\"a\":1234.567,\"b\":0.007,\"c\":18446744073709551.615,\"d\":{\"e\":\"\\ufffd\\u001b;\",\"f\":-1},\"g\":{},"
        "\"h\":true}\n");
}

TEST(TrackIds, GiveEachProcessANumberOfItsOwn) {
    TrackIds ids;
    std::set<std::uint64_t> numbers;
    std::uint64_t process = 0;
    for (const std::uint32_t pid : {1u, 2u, 4'194'303u, 9'999'999u, 10'000'000u, 4'000'000'000u, 4'294'967'295u, 0u}) {
        for (int use = 0; use < 500; ++use) {
            const ProcessTrack& track = ids.track(++process, pid);
            EXPECT_TRUE(numbers.insert(track.number).second) << "pid " << pid << ", use " << use;
            EXPECT_LT(track.number, TrackIds::other);
            EXPECT_EQ(ids.track(process, 77).number, track.number) << "the pid counts once";
            if (track.pid != 0) {
                EXPECT_EQ(track.number % TrackIds::step, pid);
                EXPECT_EQ(track.thread(pid + 5).thread, std::uint64_t{track.number} + 5);
            }
            EXPECT_EQ(track.thread(0).thread, track.number);
        }
    }
    EXPECT_EQ(ids.track(1, 0).number, 1u);
    EXPECT_EQ(ids.track(2, 0).number, 10'000'001u);
    EXPECT_EQ(ids.track(0, 5).number, TrackIds::other);
}

class SampleLimits : public testing::Test {
protected:
    SampleLimits() : bytes_(TraceBuilder().finish()), source_(bytes_), reader_(source_) {
        while (reader_.next() != ReadStatus::end) {
        }
    }

    static AnnotatedCheck check(const CheckRow& row) {
        return {.row = row,
                .comm = {},
                .image = "/bin/image",
                .uid = {},
                .rule = {},
                .why = {},
                .around = {},
                .site = {},
                .image_id = ImageId(2)};
    }

    const Bytes bytes_;
    MemorySource source_;
    TraceReader reader_;
    const CheckRow row_;
};

TEST_F(SampleLimits, WhatDoesNotFitIsCounted) {
    SampleCollector collector({reader_, nullptr, true}, SampleDetail::stacks);
    AnnotatedCheck one = check(row_);
    one.count = 3;
    for (std::size_t stack = 1; stack <= CheckCounter::max_samples + 10; ++stack) {
        one.stack = StackId(stack);
        collector.on(one);
    }
    one.stack = StackId(1);  // a known stack: it still counts
    collector.on(one);
    EXPECT_EQ(collector.left_out(), 30u);
    const Samples samples = collector.result({});
    ASSERT_EQ(samples.samples.size(), 1u);  // stacks without a definition are all the same
    EXPECT_EQ(samples.samples[0].granted, 3 * (CheckCounter::max_samples + 1));
}

TEST_F(SampleLimits, ProcessesAreToldApartWhileThereIsRoom) {
    SampleCollector collector({reader_, nullptr, true}, SampleDetail::processes);
    AnnotatedCheck one = check(row_);
    one.stack = StackId(1);
    for (std::uint32_t process = 1; process <= CheckCounter::max_of_processes + 10; ++process) {
        one.process_index = one.tgid = process;
        collector.on(one);
    }
    EXPECT_EQ(collector.left_out(), 0u);
    const Samples samples = collector.result({});
    ASSERT_EQ(samples.samples.size(), CheckCounter::max_of_processes + 1);
    EXPECT_EQ(samples.samples[0].pid, 0u);
    EXPECT_EQ(samples.samples[0].count(), 10u);
    EXPECT_EQ(samples.samples[1].pid, 1u);
    EXPECT_EQ(samples.samples[1].count(), 1u);
}

TEST_F(SampleLimits, GrantedAndDeniedAreAddedUpApart) {
    SampleCollector collector({reader_, nullptr, true}, SampleDetail::stacks);
    CheckRow denied = row_;
    denied.result = ~std::uint64_t{0};
    collector.on(check(row_));
    collector.on(check(denied));
    collector.on(check(denied));
    const Samples samples = collector.result({});
    ASSERT_EQ(samples.samples.size(), 1u);
    EXPECT_EQ(samples.samples[0].granted, 1u);
    EXPECT_EQ(samples.samples[0].denied, 2u);
    ASSERT_EQ(samples.samples[0].frames.size(), 2u);
    EXPECT_EQ(samples.frames[samples.samples[0].frames[0]].name, "image");
    EXPECT_EQ(samples.frames[samples.samples[0].frames[1]].kind, FrameKind::not_recorded);
}

}  // namespace
}  // namespace caprec
