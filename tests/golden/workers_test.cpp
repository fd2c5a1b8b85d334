// SPDX-License-Identifier: Apache-2.0
//
// Threads that cannot be started, and exceptions in those that were.
#include "analyzer/traces/workers.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <filesystem>
#include <ios>
#include <new>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <string>
#include <system_error>

#include "analyzer/cli/outcome.h"
#include "tests/golden/run_command.h"
#include "tests/support/merged_traces.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

// Starts so many threads, and no more, as a system does where processes are limited.
ThreadStarter limited_to(unsigned threads) {
    return [left = threads](const std::function<void()>& work) mutable {
        if (left == 0)
            throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
        --left;
        return start_thread(work);
    };
}

TEST(Workers, GoOnWithTheThreadsThatThereAre) {
    for (const unsigned possible : {0U, 1U, 5U}) {
        std::atomic<unsigned> workers = 0;
        work_in_threads(
            4, [&] { ++workers; }, limited_to(possible));
        EXPECT_EQ(workers, 1 + std::min(possible, 3U));
    }
}

TEST(Workers, TheFirstExceptionOfAnyThreadIsTheCallers) {
    std::barrier all(4);
    EXPECT_THROW(work_in_threads(4,
                                 [&] {
                                     all.arrive_and_wait();
                                     throw std::bad_alloc();
                                 }),
                 std::bad_alloc);
    const std::thread::id caller = std::this_thread::get_id();
    EXPECT_THROW(work_in_threads(2,
                                 [&] {
                                     if (std::this_thread::get_id() != caller)
                                         throw Error("of another thread");
                                 }),
                 Error);
}

TEST(Workers, AFolderIsReadWhereNoThreadCanBeStarted) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can become a user who has other processes";
    ScratchDirectory directory;
    std::filesystem::create_directory("runs");
    for (unsigned number = 1; number <= 4; ++number)
        directory.write("runs/" + std::to_string(number) + ".cap", service_run(number));
    std::filesystem::permissions(".", std::filesystem::perms{0755});
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        constexpr int no_limit = 77;
        const rlimit one{1, 1};
        if (::setrlimit(RLIMIT_NPROC, &one) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)
            ::_exit(no_limit);
        try {
            start_thread([] {}).join();
            ::_exit(no_limit);
        } catch (const std::system_error&) {
        }
        const Result result = run({"minimal", "runs"});
        ::_exit(result.out.find("CAP_CHOWN\n") != std::string::npos ? result.status : 3);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    if (WEXITSTATUS(status) == 77)
        GTEST_SKIP() << "processes cannot be limited here";
    EXPECT_EQ(WEXITSTATUS(status), exit_fine);
}

class OutcomeOfRun : public testing::Test {
protected:
    int of(const std::function<int()>& command) { return outcome_of(command, streams_); }
    std::ostringstream out_, err_;
    Streams streams_{out_, err_};
};

TEST_F(OutcomeOfRun, WhateverIsThrownIsAMessageAndAStatus) {
    EXPECT_EQ(of([]() -> int { throw Error("no such trace"); }), exit_failure);
    EXPECT_EQ(of([]() -> int { throw std::bad_alloc(); }), exit_failure);
    EXPECT_EQ(of([]() -> int { throw std::runtime_error("from below\x1b"); }), exit_failure);
    EXPECT_EQ(err_.str(), "capanalyze: no such trace\ncapanalyze: out of memory\ncapanalyze: from below\\x1b\n");
    EXPECT_EQ(of([] { return int{exit_different}; }), exit_different);
}

// A stream that hands on the exceptions of its buffer, at the last moment.
TEST_F(OutcomeOfRun, AFlushThatThrowsIsAFailureToo) {
    class Failing : public std::streambuf {
        int sync() override { throw std::runtime_error("the device is gone"); }
    } buffer;
    std::ostream out(&buffer);
    out.exceptions(std::ios::badbit);
    Streams streams{out, err_};
    EXPECT_EQ(outcome_of([] { return int{exit_fine}; }, streams), exit_failure);
    EXPECT_EQ(outcome_of([]() -> int { throw Error("bad trace"); }, streams), exit_failure);
    EXPECT_EQ(err_.str(), "capanalyze: the device is gone\ncapanalyze: bad trace\n");
}

}  // namespace
}  // namespace caprec
