// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/object_text.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

Object address(std::string bytes) { return {ObjectKind::socket_address, std::move(bytes), false}; }

TEST(ObjectText, Paths) {
    EXPECT_EQ(object_text({ObjectKind::path, "/etc/shadow", false}), "/etc/shadow");
    EXPECT_EQ(object_text({ObjectKind::unknown, "bytes", false}), "");
}

TEST(ObjectText, SocketAddresses) {
    EXPECT_EQ(object_text(address(std::string("\x02\0\0\x50\x7f\0\0\x01\0\0\0\0\0\0\0\0", 16))), "127.0.0.1:80");
    std::string six("\x0a\0\x1f\x90\0\0\0\0", 8);
    six += std::string(15, '\0') + '\1';
    EXPECT_EQ(object_text(address(six)), "[::1]:8080");
    EXPECT_EQ(object_text(address(std::string("\1\0/run/x\0junk", 13))), "unix:/run/x");
    EXPECT_EQ(object_text(address(std::string("\1\0\0name", 7))), "unix:@name");
    EXPECT_EQ(object_text(address(std::string("\1\0", 2))), "unix:");
    EXPECT_EQ(object_text(address(std::string("\x10\0", 2))), "netlink");
    EXPECT_EQ(object_text(address(std::string("\xe7\x03", 2))), "family 999");
}

TEST(ObjectText, AddressesThatAreTooShort) {
    EXPECT_EQ(object_text(address("")), "");
    EXPECT_EQ(object_text(address("\x02")), "");
    EXPECT_EQ(object_text(address(std::string("\x02\0\0\x50", 4))), "family 2");
    EXPECT_EQ(object_text(address(std::string("\x0a\0\0\x50\0\0\0\0", 8))), "family 10");
}

TEST(ObjectText, CommandWords) {
    EXPECT_EQ(object_text({ObjectKind::command, std::string("\x14\x89\0\0", 4), false}), "0x8914");
    EXPECT_EQ(object_text({ObjectKind::command, std::string("\0\0\0\0\1\0\0\0", 8), false}), "0x100000000");
    EXPECT_EQ(object_text({ObjectKind::command, std::string(4, '\0'), false}), "0x0");
    EXPECT_EQ(object_text({ObjectKind::command, "", false}), "");
}

TEST(ObjectText, CommandWordsHaveTheNamesOfTheirManualPages) {
    Object object;
    object.kind = ObjectKind::command;
    object.bytes = std::string("\x18\0\0\0", 4);
    EXPECT_EQ(object_text(object, "prctl"), "PR_CAPBSET_DROP");
    EXPECT_EQ(object_text(object, "ioctl"), "0x18");
    EXPECT_EQ(object_text(object), "0x18");
}

}  // namespace
}  // namespace caprec
