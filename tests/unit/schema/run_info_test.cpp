// SPDX-License-Identifier: Apache-2.0
//
// Header, footer and losses through a trace and back.
#include <gtest/gtest.h>

#include "schema/error.h"
#include "schema/losses.h"
#include "schema/member_count.h"
#include "schema/run_header_fields.h"
#include "tests/support/full_header.h"
#include "tests/support/trace_builder.h"
#include "tests/unit/schema/recorded_events.h"

namespace caprec {
namespace {

Reading through_a_trace(const RunHeader& header, const RunFooter& footer) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header(header);
    writer.footer(footer);
    Reading reading = read_all(sink.data);
    EXPECT_EQ(reading.last, ReadStatus::end) << reading.damage;
    return reading;
}

TEST(RunInfo, HeaderKeepsEverything) {
    const RunHeader header = full_header();
    unsigned number = 0;
    visit_header_fields([&](const auto& field) {
        const bool is_written_anew = number == 0 || number == 1;  // the versions
        EXPECT_TRUE(is_written_anew || header.*field.member != RunHeader().*field.member) << "field " << number;
        ++number;
    });
    const Reading reading = through_a_trace(header, {});
    ASSERT_TRUE(reading.header);
    number = 0;
    visit_header_fields([&](const auto& field) {
        EXPECT_TRUE((*reading.header).*field.member == header.*field.member) << "field " << number;
        ++number;
    });
}

TEST(RunInfo, EveryLossIsKept) {
    RunFooter footer;
    std::uint64_t number = 0;
    for (const LossKind& kind : loss_kinds)
        footer.losses.*kind.count = ++number;
    EXPECT_EQ(through_a_trace({}, footer).footer->losses, footer.losses);
}

TEST(RunInfo, ALongCommandLineIsCutAndSaysSo) {
    RunHeader header;
    header.command.assign(200'000, "x");
    header.command_left_out = 5;
    const Reading reading = through_a_trace(header, {});
    ASSERT_TRUE(reading.header);
    EXPECT_GT(reading.header->command.size(), 1000u);
    EXPECT_EQ(reading.header->command.size() + reading.header->command_left_out, 200'005u);
}

TEST(RunInfo, FooterKeepsEverything) {
    RunFooter footer;
    footer.end = {1, 2, 3, -3600};
    footer.reason = EndReason::interrupted;
    footer.target = {TargetStatus::Kind::signaled, 15};
    footer.losses = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    footer.checks_made = 10;
    footer.checks_recorded = 11;
    footer.outcomes_recorded = 12;
    footer.survivors = {{5, 6, "a\x1b"}, {7, 8, ""}};
    footer.survivor_count = 1000;
    footer.frames_without_symbol = 13;
    footer.withheld_objects = 14;
    footer.first_seen_rows = 15;
    footer.tasks_followed = ~std::uint64_t{0};
    footer.withheld_user_stacks = 16;
    footer.checks_counted = 17;
    static_assert(member_count<RunFooter>() == 15, "the other fields need a value here, too");
    const Reading reading = through_a_trace({}, footer);
    ASSERT_TRUE(reading.footer);
    EXPECT_EQ(*reading.footer, footer);
    EXPECT_EQ(reading.losses, footer.losses);
}

TEST(RunInfo, EveryTargetStatus) {
    using Kind = TargetStatus::Kind;
    for (const TargetStatus status :
         {TargetStatus{Kind::unknown, 0}, TargetStatus{Kind::exited, 255}, TargetStatus{Kind::signaled, 9},
          TargetStatus{Kind::not_executed, 2}, TargetStatus{Kind::running, 0}}) {
        RunFooter footer;
        footer.target = status;
        const Reading reading = through_a_trace({}, footer);
        ASSERT_TRUE(reading.footer);
        EXPECT_EQ(reading.footer->target.kind, status.kind);
        EXPECT_EQ(reading.footer->target.value, status.value);
    }
}

TEST(RunInfo, SurvivorsAreLimited) {
    RunFooter footer;
    footer.survivors.resize(150);
    footer.survivor_count = 150;
    const Reading reading = through_a_trace({}, footer);
    ASSERT_TRUE(reading.footer);
    EXPECT_EQ(reading.footer->survivors.size(), 100u);
    EXPECT_EQ(reading.footer->survivor_count, 150u);
}

TEST(RunInfo, LossesGoWithTheNextFlushEvenWithoutEvents) {
    MemorySink sink;
    TraceWriter writer(sink);
    writer.header({});
    Losses losses;
    losses.stacks = 3;
    writer.losses(losses);
    writer.flush();
    const std::size_t written = sink.data.size();
    writer.losses(losses);
    writer.flush();
    EXPECT_EQ(sink.data.size(), written) << "unchanged losses need no chunk";
    EXPECT_EQ(read_all(sink.data).losses, losses);
}

TEST(Writer, InsistsOnOneHeaderAtTheBeginning) {
    MemorySink sink;
    TraceWriter writer(sink);
    EXPECT_THROW(writer.footer({}), Error);
    writer.add(CheckRow{});
    EXPECT_THROW(writer.flush(), Error);
    writer.header({});
    EXPECT_THROW(writer.header({}), Error);
}

class FullDisk final : public ByteSink {
public:
    void write(std::span<const std::byte> bytes) override {
        if (full)
            throw Error("No space left on device (28)");
        memory.write(bytes);
    }
    MemorySink memory;
    bool full = false;
};

TEST(Writer, AFailedWriteLeavesWhatWasWrittenUsable) {
    FullDisk disk;
    TraceWriter writer(disk);
    writer.header({});
    writer.add(CheckRow{});
    writer.flush();
    disk.full = true;
    writer.add(CheckRow{});
    EXPECT_THROW(writer.flush(), Error);
    writer.flush();  // nothing is left to be tried again
    const Reading reading = read_all(disk.memory.data);
    EXPECT_EQ(reading.last, ReadStatus::cut);
    EXPECT_EQ(reading.events.size(), 1u);
}

}  // namespace
}  // namespace caprec
