// SPDX-License-Identifier: Apache-2.0
//
// Header, footer and losses through a trace and back.
#include <gtest/gtest.h>

#include "schema/error.h"
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
    RunHeader header = plausible_header();
    header.host_name = std::string("h\0\xff", 3);
    header.on_behalf_of_uid = 1001;
    header.caller_gid = 1002;
    header.caller_effective_uid = 0xffffffff;
    header.run_as_user = "www-data";
    header.run_as_uid = 33;
    header.pid_namespace_level = 2;
    header.hook_has_options = true;
    header.command = {"a", "", std::string("\x80\0b", 3)};
    header.walk_every_stack = header.wait_for_descendants = header.withholding = true;
    header.home_namespace = {7, 8, 9};
    header.user_stacks = UserStackMode::frame_pointers;
    header.mapping_source = MappingSource::perf;
    header.mapping_buffer_bytes = 512u << 10;
    header.mapping_refusal = "1 MiB: Operation not permitted";
    const Reading reading = through_a_trace(header, {});
    ASSERT_TRUE(reading.header);
    const RunHeader& got = *reading.header;
    EXPECT_EQ(got.version, format_version);
    EXPECT_EQ(got.min_reader_version, oldest_sufficient_version);
    EXPECT_EQ(got.recorder, header.recorder);
    EXPECT_EQ(got.run_id, header.run_id);
    EXPECT_EQ(got.start.monotonic, header.start.monotonic);
    EXPECT_EQ(got.start.boottime, header.start.boottime);
    EXPECT_EQ(got.start.realtime, header.start.realtime);
    EXPECT_EQ(got.start.utc_offset, header.start.utc_offset);
    EXPECT_EQ(got.host_name, header.host_name);
    EXPECT_EQ(got.kernel_release, header.kernel_release);
    EXPECT_EQ(got.kernel_version, header.kernel_version);
    EXPECT_EQ(got.machine, header.machine);
    EXPECT_EQ(got.boot_id, header.boot_id);
    EXPECT_EQ(got.arch, header.arch);
    EXPECT_EQ(got.page_size, header.page_size);
    EXPECT_EQ(got.hook, header.hook);
    EXPECT_EQ(got.hook_has_options, header.hook_has_options);
    EXPECT_EQ(got.attached_programs, header.attached_programs);
    EXPECT_EQ(got.blind_spots, header.blind_spots);
    EXPECT_EQ(got.command, header.command);
    EXPECT_EQ(got.command_left_out, 0u);
    EXPECT_EQ(got.working_directory, header.working_directory);
    EXPECT_EQ(got.caller_uid, header.caller_uid);
    EXPECT_EQ(got.caller_gid, header.caller_gid);
    EXPECT_EQ(got.caller_effective_uid, header.caller_effective_uid);
    EXPECT_EQ(got.on_behalf_of_uid, header.on_behalf_of_uid);
    EXPECT_EQ(got.run_as_user, header.run_as_user);
    EXPECT_EQ(got.run_as_uid, header.run_as_uid);
    EXPECT_EQ(got.pid_namespace_level, header.pid_namespace_level);
    EXPECT_EQ(got.sysctls, header.sysctls);
    EXPECT_EQ(got.lsms, header.lsms);
    EXPECT_EQ(got.lsms_known, header.lsms_known);
    EXPECT_EQ(got.buffer_bytes, header.buffer_bytes);
    EXPECT_EQ(got.walk_every_stack, header.walk_every_stack);
    EXPECT_EQ(got.wait_for_descendants, header.wait_for_descendants);
    EXPECT_EQ(got.target_thread, header.target_thread);
    EXPECT_EQ(got.home_namespace, header.home_namespace);
    EXPECT_EQ(got.withholding, header.withholding);
    EXPECT_EQ(got.symbol_source, header.symbol_source);
    EXPECT_EQ(got.user_stacks, header.user_stacks);
    EXPECT_EQ(got.mapping_source, header.mapping_source);
    EXPECT_EQ(got.mapping_buffer_bytes, header.mapping_buffer_bytes);
    EXPECT_EQ(got.mapping_refusal, header.mapping_refusal);
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
    footer.losses = {1, 2, 3, 4, 5, 6, 7, 8};
    footer.checks_made = 10;
    footer.checks_recorded = 11;
    footer.outcomes_recorded = 12;
    footer.survivors = {{5, 6, "a\x1b"}, {7, 8, ""}};
    footer.survivor_count = 1000;
    footer.frames_without_symbol = 13;
    footer.withheld_objects = 14;
    footer.first_seen_rows = 15;
    footer.tasks_followed = ~std::uint64_t{0};
    const Reading reading = through_a_trace({}, footer);
    ASSERT_TRUE(reading.footer);
    const RunFooter& got = *reading.footer;
    EXPECT_EQ(got.end.utc_offset, -3600);
    EXPECT_EQ(got.end.monotonic, 1u);
    EXPECT_EQ(got.reason, footer.reason);
    EXPECT_EQ(got.target.kind, footer.target.kind);
    EXPECT_EQ(got.target.value, 15);
    EXPECT_EQ(got.losses, footer.losses);
    EXPECT_EQ(reading.losses, footer.losses);
    EXPECT_EQ(got.checks_made, 10u);
    EXPECT_EQ(got.checks_recorded, 11u);
    EXPECT_EQ(got.outcomes_recorded, 12u);
    ASSERT_EQ(got.survivors.size(), 2u);
    EXPECT_EQ(got.survivors[0].process, 5u);
    EXPECT_EQ(got.survivors[0].tgid, 6u);
    EXPECT_EQ(got.survivors[0].comm, "a\x1b");
    EXPECT_EQ(got.survivor_count, 1000u);
    EXPECT_EQ(got.frames_without_symbol, 13u);
    EXPECT_EQ(got.withheld_objects, 14u);
    EXPECT_EQ(got.first_seen_rows, 15u);
    EXPECT_EQ(got.tasks_followed, ~std::uint64_t{0});
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
