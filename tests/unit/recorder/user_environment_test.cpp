// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_environment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace caprec {
namespace {

using Words = std::multiset<std::string>;

Account nobody() { return {"nobody", 65534, 65534, {65534}, "/nonexistent", "/usr/sbin/nologin"}; }

Words variables(const std::vector<std::string>& from, const Account& account,
                const std::set<std::string>& closed = {}) {
    const UserEnvironment user =
        user_environment(from, account, [&](const std::string& folder) { return !closed.contains(folder); });
    return {user.variables.begin(), user.variables.end()};
}

TEST(UserEnvironment, WhatIsOnePersonsIsTheUsersOrGone) {
    EXPECT_EQ(variables({"HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/bash", "MAIL=/var/mail/root",
                         "XDG_CONFIG_HOME=/root/.config", "OLDPWD=/root", "LANG=C", "TWO=a b", "EMPTY=", "HOMES=1"},
                        nobody()),
              (Words{"HOME=/nonexistent", "USER=nobody", "LOGNAME=nobody", "LANG=C", "TWO=a b", "EMPTY=", "HOMES=1"}));
    Account person{"me", 1000, 1000, {1000}, "/home/me", "/bin/bash"};
    EXPECT_EQ(variables({}, person), (Words{"HOME=/home/me", "USER=me", "LOGNAME=me", "SHELL=/bin/bash"}));
}

TEST(UserEnvironment, FilesInAHomeThatIsClosed) {
    const std::vector<std::string> from{"HOME=/root", "PYENV_ROOT=/root/.pyenv", "PWD=/root2", "X=/root", "Y=/roots"};
    EXPECT_EQ(variables(from, nobody(), {"/root"}),
              (Words{"HOME=/nonexistent", "LOGNAME=nobody", "USER=nobody", "PWD=/root2", "Y=/roots"}));
    EXPECT_TRUE(variables(from, nobody()).contains("X=/root")) << "it is open to all";
    EXPECT_TRUE(variables({"HOME=/root", "PATH=/root/bin:/opt/bin"}, nobody(), {"/root", "/root/bin"})
                    .contains("PATH=/opt/bin"));
}

TEST(UserEnvironment, ANumberWithoutAName) {
    EXPECT_EQ(variables({"HOME=/root"}, Account{"", 4242, 4242, {4242}, "", ""}),
              (Words{"HOME=/", "USER=4242", "LOGNAME=4242"}));
}

TEST(UserEnvironment, PathKeepsWhatTheUserMaySearch) {
    const auto path = [](const std::string& from, const std::set<std::string>& closed) {
        for (const std::string& each : variables({"PATH=" + from}, nobody(), closed))
            if (each.starts_with("PATH="))
                return each.substr(5);
        return std::string("none");
    };
    EXPECT_EQ(path("/usr/bin:/bin", {}), "/usr/bin:/bin");
    EXPECT_EQ(path("/root/bin:/opt/x/bin:/usr/bin", {"/root/bin"}), "/opt/x/bin:/usr/bin");
    EXPECT_EQ(path("/usr/bin::bin:.:/bin:", {}), "/usr/bin:/bin") << "relative ones are of the caller's directory";
    EXPECT_EQ(path("/root/bin", {"/root/bin"}), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    EXPECT_EQ(path("", {}), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

TEST(UserEnvironment, ADirectoryThatIsClosedIsLeft) {
    const std::vector<std::string> from{"PWD=/root"};
    const UserEnvironment left =
        user_environment(from, nobody(), [](const std::string& folder) { return folder != "."; });
    EXPECT_EQ(left.directory, "/");
    EXPECT_NE(std::ranges::find(left.variables, "PWD=/"), left.variables.end());
    const UserEnvironment kept = user_environment(from, nobody(), [](const std::string&) { return true; });
    EXPECT_EQ(kept.directory, "");
    EXPECT_NE(std::ranges::find(kept.variables, "PWD=/root"), kept.variables.end());
}

}  // namespace
}  // namespace caprec
