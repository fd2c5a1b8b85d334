// SPDX-License-Identifier: Apache-2.0
#include "analyzer/knowledge/knowledge.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "schema/error.h"

namespace caprec {
namespace {

const std::string first_line = "# caprec kernel knowledge\tformat 1\t2026-01-01\n";

std::string row(std::string_view site, std::string_view within = "-", std::string_view capability = "CAP_CHOWN",
                std::string_view site_class = "required", std::string_view any_of = "-", std::string_view test = "-",
                std::string_view refusal = "EPERM", std::string_view audit = "audit", std::string_view kernels = "-") {
    std::string text;
    for (const std::string_view cell : {site, within, capability, site_class, any_of, test, refusal, audit, kernels,
                                        std::string_view("chown"), std::string_view("a note")})
        text += (text.empty() ? "" : "\t") + std::string(cell);
    return text + '\n';
}

std::string message_of(const std::string& text) {
    try {
        const Knowledge knowledge(text, "sites.tsv");
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(Knowledge, TheBuiltInFileIsSound) {
    const Knowledge knowledge = Knowledge::built_in();
    EXPECT_GT(knowledge.rows().size(), 0u);
    EXPECT_EQ(knowledge.name().source, "built in");
    EXPECT_TRUE(knowledge.name().built_in);
    EXPECT_EQ(knowledge.name().version.substr(0, 2), "20");
    EXPECT_FALSE(knowledge.rows_for("setattr_prepare", {}, {6, 18}).empty());
}

TEST(Knowledge, RowsByTheRestOfTheStackComeFirst) {
    const Knowledge knowledge(first_line + row("a") + row("a", "caller", "CAP_CHOWN", "probe") + row("b"), "x");
    EXPECT_EQ(knowledge.rows_for("a", {"a", "other"}, {6, 18}).size(), 1u);
    const auto rows = knowledge.rows_for("a", {"a", "caller"}, {6, 18});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0]->site_class, SiteClass::probe);
    EXPECT_EQ(rows[0]->line, 3u);
}

TEST(Knowledge, RowsForOtherKernelsAreLeftOut) {
    const Knowledge knowledge(first_line + row("a", "-", "CAP_SYSLOG", "required", "-", "-", "EPERM", "-", "..6.7") +
                                  row("b", "-", "CAP_SYSLOG", "required", "-", "-", "EPERM", "-", "6.8.."),
                              "x");
    EXPECT_EQ(knowledge.rows_for("a", {}, {6, 7}).size(), 1u);
    EXPECT_EQ(knowledge.rows_for("a", {}, {6, 8}).size(), 0u);
    EXPECT_EQ(knowledge.rows_for("b", {}, {6, 7}).size(), 0u);
    EXPECT_EQ(knowledge.rows_for("b", {}, {7, 0}).size(), 1u);
    EXPECT_EQ(knowledge.rows_for("a", {}, {0, 0}).size(), 1u);  // the kernel is not known: better a row than none
}

TEST(Knowledge, TwoRowsForOneKernelAreRefused) {
    const auto of_kernels = [](std::string_view first, std::string_view second) {
        const auto for_kernels = [](std::string_view sites, std::string_view kernels) {
            return row(sites, "-", "CAP_SYSLOG", "required", "-", "-", "EPERM", "-", kernels);
        };
        return message_of(first_line + for_kernels("a,b", first) + for_kernels("b,c", second));
    };
    for (const auto& [first, second] : {std::pair("-", "-"),
                                        {"-", "6.5.."},
                                        {"6.5..", "-"},
                                        {"..6.5", "6.5.."},
                                        {"6.5..", "..6.5"},
                                        {"6.1..6.9", "6.2..6.3"},
                                        {"6.2..6.3", "6.1..6.9"}}) {
        EXPECT_EQ(of_kernels(first, second), "sites.tsv: line 3: speaks of the same as line 2: CAP_SYSLOG in b")
            << first << ' ' << second;
    }
    EXPECT_EQ(of_kernels("..6.4", "6.5.."), "");
    EXPECT_EQ(of_kernels("6.9..", "6.1..6.8"), "");
    EXPECT_NE(of_kernels("6.9..6.1", "-").find("ends before it begins"), std::string::npos);
}

TEST(Knowledge, EntryPointsOfSyscallsHaveOneName) {
    const Knowledge knowledge(first_line + row("sys_chroot"), "x");
    for (const char* symbol : {"__x64_sys_chroot", "__do_sys_chroot", "__arm64_sys_chroot", "sys_chroot"})
        EXPECT_EQ(knowledge.rows_for(symbol, {}, {6, 18}).size(), 1u) << symbol;
    EXPECT_EQ(plain_site_name("__sys_setuid"), "__sys_setuid");
}

TEST(Knowledge, SyscallsHaveRowsOfTheirOwn) {
    const Knowledge knowledge(first_line + row("syscall:chown,syscall:fchown"), "x");
    EXPECT_EQ(knowledge.rows_for_syscall("fchown").size(), 1u);
    EXPECT_TRUE(knowledge.rows_for_syscall("chmod").empty());
    EXPECT_TRUE(knowledge.rows_for("chown", {}, {6, 18}).empty());
}

TEST(Knowledge, WhatARowSays) {
    const Knowledge knowledge(
        first_line + row("a,b", "c", "CAP_SETUID,CAP_SETGID", "alternative", "CAP_SETUID|CAP_SYS_ADMIN",
                         "sysctl:kernel.x=1", "EPERM,ENOMEM,ack,silent", "noaudit", "6.1..6.12"),
        "x");
    const SiteRow& parsed = knowledge.rows().front();
    EXPECT_EQ(parsed.sites, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(parsed.within, "c");
    EXPECT_EQ(parsed.capabilities.members(), (std::vector<unsigned>{6, 7}));
    EXPECT_EQ(parsed.any_of.members(), (std::vector<unsigned>{7, 21}));
    EXPECT_EQ(parsed.test, SiteTest::sysctl);
    EXPECT_EQ(parsed.sysctl, (std::pair<std::string, std::string>("kernel.x", "1")));
    EXPECT_EQ(parsed.refusals, (std::vector<int>{EPERM, ENOMEM}));
    EXPECT_TRUE(parsed.refused_in_ack);
    EXPECT_TRUE(parsed.refused_silently);
    EXPECT_EQ(parsed.audit, SiteAudit::not_audited);
    EXPECT_EQ(parsed.since, (std::pair(6U, 1U)));
    EXPECT_EQ(parsed.until, (std::pair(6U, 12U)));
    EXPECT_EQ(site_text(parsed), "chown: a note");
}

TEST(Knowledge, AGroupThatASysctlNames) {
    const Knowledge knowledge(first_line + row("a", "-", "CAP_IPC_LOCK", "first", "-", "in-group:vm.x"), "x");
    EXPECT_EQ(knowledge.rows().front().test, SiteTest::in_group);
    EXPECT_EQ(knowledge.rows().front().sysctl.first, "vm.x");
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_IPC_LOCK", "first", "-", "in-group:")).find("column test"),
              std::string::npos);
}

TEST(Knowledge, WhatIsWrongIsNamedWithItsLine) {
    EXPECT_NE(message_of("site\twithin\n").find("the first line"), std::string::npos);
    EXPECT_NE(message_of(first_line + "a\tb\n").find("sites.tsv: line 2: has 2 columns"), std::string::npos);
    EXPECT_NE(message_of(first_line + "\n" + row("a", "-", "CAP_FOO")).find("line 3: column capability: 'CAP_FOO'"),
              std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "sometimes")).find("column class"), std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "alternative")).find("column any_of"),
              std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "first", "-", "maybe")).find("column test"),
              std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "first", "-", "sysctl:x")).find("sysctl:NAME=VALUE"),
              std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "required", "-", "-", "EBAD")).find("column refusal"),
              std::string::npos);
    EXPECT_NE(message_of(first_line + row("a", "-", "CAP_CHOWN", "required", "-", "-", "-", "-", "six"))
                  .find("column kernels"),
              std::string::npos);
    EXPECT_NE(message_of(std::string(Knowledge::max_bytes + 1, '#')).find("larger than"), std::string::npos);
}

TEST(Knowledge, VersionsOfKernels) {
    EXPECT_EQ(kernel_version("6.18.44-fc"), (std::pair(6U, 18U)));
    EXPECT_EQ(kernel_version("6.1.0-56-amd64"), (std::pair(6U, 1U)));
    EXPECT_EQ(kernel_version("x"), (std::pair(0U, 0U)));
}

}  // namespace
}  // namespace caprec
