// SPDX-License-Identifier: Apache-2.0
#include "recorder/process_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace caprec {
namespace {

ev_task task(std::uint64_t thread, std::uint64_t process, std::uint32_t tgid, const char* comm) {
    ev_task event{};
    event.header.thread = thread;
    event.process = process;
    event.tgid = tgid + 1000;
    event.recorder_tgid = tgid;
    std::memcpy(event.comm, comm, std::min(std::strlen(comm), sizeof event.comm));
    return event;
}

ev_rename rename(std::uint64_t thread, const char* comm) {
    ev_rename event{};
    event.header.thread = thread;
    std::memcpy(event.comm, comm, std::min(std::strlen(comm), sizeof event.comm));
    return event;
}

ev_exit exit(std::uint64_t thread, std::uint64_t process, bool last) {
    ev_exit event{};
    event.header.thread = thread;
    event.process = process;
    event.last = last ? 1 : 0;
    return event;
}

TEST(ProcessList, ThreadsAreNoProcesses) {
    ProcessList list;
    list.on(task(2, 2, 20, "one"));
    list.on(task(3, 2, 20, "thread"));
    list.on(task(4, 4, 40, "two"));
    EXPECT_EQ(list.started(), 2u);
    EXPECT_EQ(list.alive(), 2u);
    list.on(exit(3, 2, false));
    EXPECT_EQ(list.alive(), 2u);
    list.on(exit(2, 2, true));
    EXPECT_EQ(list.alive(), 1u);
    EXPECT_EQ(list.started(), 2u);
}

TEST(ProcessList, AProcessLivesUntilItsLastThreadEnds) {
    ProcessList list;
    list.on(task(2, 2, 20, "one"));
    list.on(task(3, 2, 20, "thread"));
    list.on(exit(2, 2, false));
    EXPECT_EQ(list.alive(), 1u);
    list.on(exit(3, 2, true));
    EXPECT_EQ(list.alive(), 0u);
    list.on(exit(3, 2, true));  // two threads that end together may both be the last
    EXPECT_EQ(list.alive(), 0u);
}

TEST(ProcessList, SurvivorsComeByIdWithTheirLastNames) {
    ProcessList list;
    list.on(task(9, 9, 90, "nine"));
    list.on(task(2, 2, 20, "two"));
    list.on(task(5, 5, 50, "0123456789abcdef"));  // 16 bytes, without a NUL
    list.on(rename(2, "renamed"));
    list.on(rename(77, "unknown"));
    const auto survivors = list.survivors(10);
    ASSERT_EQ(survivors.size(), 3u);
    EXPECT_EQ(survivors[0].process, 2u);
    EXPECT_EQ(survivors[0].tgid, 20u) << "the number that the recorder's user knows";
    EXPECT_EQ(survivors[0].comm, "renamed");
    EXPECT_EQ(survivors[1].comm, "0123456789abcdef");
    EXPECT_EQ(survivors[2].comm, "nine");
    ASSERT_EQ(list.survivors(1).size(), 1u);
    EXPECT_EQ(list.survivors(1)[0].process, 2u);
    EXPECT_EQ(list.alive(), 3u);
}

TEST(ProcessList, AnExitOfAnUnknownProcessIsNoHarm) {
    ProcessList list;
    list.on(exit(3, 3, true));
    EXPECT_EQ(list.alive(), 0u);
    EXPECT_TRUE(list.survivors(10).empty());
}

}  // namespace
}  // namespace caprec
