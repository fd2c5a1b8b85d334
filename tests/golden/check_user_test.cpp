// SPDX-License-Identifier: Apache-2.0
//
// `capanalyze check`: the user that the run was recorded as, and refusals that are known.
#include <gtest/gtest.h>

#include <cerrno>

#include "schema/capability_numbers.h"
#include "tests/golden/run_command.h"
#include "tests/support/scratch_directory.h"
#include "tests/support/trace_builder.h"

namespace caprec {
namespace {

// A service that chowns a file, as `uid`, and perhaps is refused a priority.
Bytes service_of(std::uint32_t uid, const char* user, bool refused) {
    RunHeader header = plausible_header();
    header.caller_uid = header.on_behalf_of_uid = uid;
    header.run_as_user = user;
    header.run_as_uid = *user != '\0' ? 65534 : 0;
    TraceBuilder builder(header);
    builder.process(1, 0, "service");
    builder.exec(1, "/usr/sbin/service", {"service"});
    builder.check(1, cap_chown, true, "fchownat", {"cap_capable", "setattr_prepare", "notify_change"}, 0);
    if (refused)
        builder.check(1, cap_sys_nice, false, "setpriority", {"cap_capable", "set_one_prio"}, -EACCES);
    builder.exit(1, 0);
    return builder.finish();
}

class CheckUser : public testing::Test {
protected:
    CheckUser() {
        directory_.write("nobody.service",
                         "[Service]\nExecStart=/usr/sbin/service\nUser=nobody\n"
                         "AmbientCapabilities=CAP_CHOWN\nCapabilityBoundingSet=CAP_CHOWN\n");
        directory_.write("root.service", "[Service]\nExecStart=/usr/sbin/service\nCapabilityBoundingSet=CAP_CHOWN\n");
        directory_.write("none.service", "[Service]\nExecStart=/usr/sbin/service\nUser=nobody\n");
        directory_.write("root.cap", service_of(0, "", false));
        directory_.write("nobody.cap", service_of(0, "nobody", false));
        directory_.write("user.cap", service_of(1000, "", false));
        directory_.write("refused.cap", service_of(0, "nobody", true));
    }
    static Result check(const std::string& trace, const std::string& policy, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"check", trace, "--policy", policy};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    ScratchDirectory directory_;
};

// Root needs no capability for what it owns, so nothing was asked: to say that another user's policy fits would be a
// guess.
TEST_F(CheckUser, ARunOfRootDoesNotSayThatAnotherUserCan) {
    const Result no_answer = check("root.cap", "nobody.service");
    EXPECT_EQ(no_answer.status, exit_failure);
    EXPECT_EQ(no_answer.out, "");
    EXPECT_NE(no_answer.err.find("recorded as root"), std::string::npos) << no_answer.err;
    const Result allowed = check("root.cap", "nobody.service", {"--allow-other-user"});
    EXPECT_EQ(allowed.status, exit_fine);
    EXPECT_NE(allowed.out.find("Condition: the run was recorded as root"), std::string::npos) << allowed.out;
    EXPECT_EQ(check("nobody.cap", "nobody.service").status, exit_fine);
    EXPECT_EQ(check("user.cap", "nobody.service").status, exit_fine);
}

TEST_F(CheckUser, WhatIsNotAllowedIsToldWhoeverItWas) {
    for (const char* trace : {"root.cap", "nobody.cap"}) {
        const Result checked = check(trace, "none.service");
        EXPECT_EQ(checked.status, exit_different) << trace;
        EXPECT_NE(checked.out.find("/usr/sbin/service needs CAP_CHOWN"), std::string::npos) << checked.out;
    }
}

TEST_F(CheckUser, ARunOfAnotherUserIsSaidToBeOne) {
    EXPECT_EQ(check("root.cap", "root.service").out.find("was not recorded as root"), std::string::npos);
    const Result checked = check("user.cap", "root.service");
    EXPECT_EQ(checked.status, exit_fine);
    EXPECT_NE(checked.out.find("Condition: the run was not recorded as root"), std::string::npos) << checked.out;
}

TEST_F(CheckUser, APolicyOfOursIsAboutNobodyInParticular) {
    directory_.write("own.policy", "allow * CAP_CHOWN\n");
    EXPECT_EQ(check("root.cap", "own.policy").status, exit_fine);
    EXPECT_EQ(check("user.cap", "own.policy").out.find("recorded as"), std::string::npos);
}

TEST_F(CheckUser, RefusalsThatAreKnown) {
    EXPECT_EQ(check("refused.cap", "nobody.service").status, exit_different);
    directory_.write("known", "deny /usr/sbin/* CAP_SYS_NICE  # does without\n");
    EXPECT_EQ(check("refused.cap", "nobody.service", {"--expected", "known"}).status, exit_fine);
    directory_.write("too-much", "allow * CAP_SYS_NICE\n");
    const Result refused = check("refused.cap", "nobody.service", {"--expected", "too-much"});
    EXPECT_EQ(refused.status, exit_failure);
    EXPECT_NE(refused.err.find("too-much:1: --expected has refusals only"), std::string::npos) << refused.err;
    directory_.write("other", "deny /usr/bin/other CAP_SYS_NICE\n");
    EXPECT_EQ(check("refused.cap", "nobody.service", {"--expected", "other"}).status, exit_different);
}

}  // namespace
}  // namespace caprec
