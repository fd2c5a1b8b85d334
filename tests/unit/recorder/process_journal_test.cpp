// SPDX-License-Identifier: Apache-2.0
#include "recorder/process_journal.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace caprec {
namespace {

template <class Event> std::vector<std::byte> bytes_of(const Event& event, const std::string& text = "") {
    std::vector<std::byte> bytes(sizeof event + text.size());
    std::memcpy(bytes.data(), &event, sizeof event);
    std::memcpy(bytes.data() + sizeof event, text.data(), text.size());
    return bytes;
}

// Writes down what comes out: "task 2", "exec 2 sh".
class Journal : public ::testing::Test {
protected:
    void task(std::uint64_t thread, std::uint64_t creator, std::uint64_t process = 0) {
        ev_task event{};
        event.header = {EV_TASK, 0, 0, thread};
        event.creator = creator;
        event.process = process != 0 ? process : thread;
        journal_.take(bytes_of(event));
    }
    void exec(std::uint64_t process, const std::string& path, std::uint64_t inode, std::uint32_t flags = 0) {
        ev_exec event{};
        event.header = {EV_EXEC, 0, 0, process};
        event.process = process;
        event.inode = inode;
        event.flags = flags;
        event.path_bytes = static_cast<std::uint32_t>(path.size());
        journal_.take(bytes_of(event, path));
    }
    void place(std::uint64_t process, const std::string& components) {
        ev_place event{};
        event.header = {EV_PLACE, 0, 0, process};
        event.process = process;
        event.path_bytes = static_cast<std::uint32_t>(components.size());
        journal_.take(bytes_of(event, components));
    }
    void change(std::uint64_t thread, std::uint64_t before, std::uint64_t after) {
        ev_cred_change event{};
        event.header = {EV_CRED_CHANGE, 0, 0, thread};
        event.before = before;
        event.after = after;
        journal_.take(bytes_of(event));
    }
    void check(std::uint64_t thread) {
        ev_check event{};
        event.header = {EV_CHECK, 0, 0, thread};
        journal_.take(bytes_of(event));
    }
    void exit(std::uint64_t thread, std::uint64_t process, bool last) {
        ev_exit event{};
        event.header = {EV_EXIT, 0, 0, thread};
        event.process = process;
        event.last = last ? 1 : 0;
        journal_.take(bytes_of(event));
    }
    std::string written() { return std::exchange(written_, ""); }

    ProcessJournal journal_{[this](std::span<const std::byte> record) {
        ev_header header{};
        std::memcpy(&header, record.data(), sizeof header);
        const char* name = header.type == EV_TASK          ? "task"
                           : header.type == EV_EXEC        ? "exec"
                           : header.type == EV_PLACE       ? "place"
                           : header.type == EV_CRED_CHANGE ? "change"
                           : header.type == EV_CHECK       ? "check"
                           : header.type == EV_EXIT        ? "exit"
                                                           : "?";
        written_ += std::string(name) + " " + std::to_string(header.thread) + "\n";
    }};

private:
    std::string written_;
};

TEST_F(Journal, TheFirstOfEachProgramOnly) {
    task(2, 0);
    EXPECT_EQ(written(), "");
    exec(2, "sh", 1);
    EXPECT_EQ(written(), "task 2\nexec 2\n");
    for (std::uint64_t child = 3; child < 100; ++child) {
        task(child, 2);
        exec(child, "true", 2);
        exit(child, child, true);
        EXPECT_EQ(written(), child == 3 ? "task 3\nexec 3\nexit 3\n" : "") << child;
    }
    EXPECT_EQ(journal_.alive(), 1u) << "what has ended is forgotten";
}

TEST_F(Journal, ACheckBringsItsThreadItsProcessAndWhatTheyComeFrom) {
    exec(2, "sh", 1, EV_EXEC_THERE_BEFORE);
    task(3, 2);
    exec(3, "known", 2);
    written();
    task(4, 2);
    exec(4, "known", 2);
    task(5, 4);
    task(6, 5, 5);
    exit(4, 4, true);  // a daemon's first process
    EXPECT_EQ(written(), "");
    check(6);
    EXPECT_EQ(written(), "task 4\nexec 4\ntask 5\ntask 6\nexit 4\ncheck 6\n");
    check(6);
    EXPECT_EQ(written(), "check 6\n");
    exit(6, 5, false);
    exit(5, 5, true);
    EXPECT_EQ(written(), "exit 6\nexit 5\n");
}

// The analyzer gives a new task what its creator has at that time.
TEST_F(Journal, AChildComesBeforeWhatItsCreatorBecameLater) {
    task(2, 0);
    exec(2, "sh", 1);
    task(3, 2);
    exec(2, "other", 2);  // new, and so written, and its child with it
    EXPECT_EQ(written(), "task 2\nexec 2\ntask 3\nexec 2\n");
    task(4, 2);
    change(2, 1, 2);
    EXPECT_EQ(written(), "task 4\nchange 2\n");
    check(4);
    EXPECT_EQ(written(), "check 4\n");
}

TEST_F(Journal, ChangesOfEachKindOnce) {
    task(2, 0);
    exec(2, "server", 1);
    change(2, 1, 2);
    change(2, 2, 1);
    written();
    for (int i = 0; i < 1000; ++i) {
        change(2, 1, 2);
        change(2, 2, 1);
    }
    EXPECT_EQ(written(), "");
    exit(2, 2, true);
    const std::string end = written();
    EXPECT_TRUE(end.ends_with("exit 2\n"));
    EXPECT_LE(std::count(end.begin(), end.end(), '\n'), static_cast<long>(ProcessJournal::max_waiting));
}

TEST_F(Journal, TheSameProgramInAnotherUnitIsNew) {
    const auto begin = [this](std::uint64_t process, const std::string& unit) {
        task(process, 0);
        place(process, unit);
        exec(process, "job", 1);
        return written() != "";
    };
    EXPECT_TRUE(begin(2, std::string("a.service\0system.slice\0", 23)));
    EXPECT_FALSE(begin(3, std::string("a.service\0system.slice\0", 23)));
    EXPECT_TRUE(begin(4, std::string("b.service\0system.slice\0", 23)));
    EXPECT_TRUE(begin(5, std::string("session-1.scope\0user.slice\0", 27)));
    EXPECT_FALSE(begin(6, std::string("session-2.scope\0user.slice\0", 27))) << "sessions are numbered";
}

TEST_F(Journal, AChainOfProcessesThatEndIsBounded) {
    task(2, 0);
    for (std::uint64_t process = 3; process < 100'000; ++process) {
        task(process, process - 1);
        exit(process - 1, process - 1, true);
    }
    EXPECT_EQ(journal_.alive(), 1u);
    check(99'999);
    const std::string out = written();
    EXPECT_LE(std::count(out.begin(), out.end(), '\n'), static_cast<long>(2 * ProcessJournal::max_generations + 4));
    EXPECT_NE(out.find("task 99999\n"), std::string::npos);
}

TEST_F(Journal, WhoWasNotSeenToBegin) {
    check(9);
    EXPECT_EQ(written(), "check 9\n");
    exit(9, 9, true);
    EXPECT_EQ(written(), "exit 9\n");
}

}  // namespace
}  // namespace caprec
