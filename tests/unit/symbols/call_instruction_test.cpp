// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/unwind/call_instruction.h"

#include <gtest/gtest.h>
#include <string>

namespace caprec {
namespace {

using namespace std::string_literals;

TEST(CallInstruction, Forms) {
    struct Row {
        std::string code;
        std::size_t bytes;
        const char* text;
    };
    const Row rows[] = {
        {"\xe8\x01\0\0\0"s, 5, "call f"},
        {"\xff\xd0"s, 2, "call *%rax"},
        {"\x41\xff\xd4"s, 2, "call *%r12"},
        {"\xff\x10"s, 2, "call *(%rax)"},
        {"\xff\x14\x24"s, 3, "call *(%rsp)"},
        {"\xff\x50\x08"s, 3, "call *8(%rax)"},
        {"\xff\x54\x24\x08"s, 4, "call *8(%rsp)"},
        {"\xff\x15\x2a\0\0\0"s, 6, "call *f(%rip)"},
        {"\xff\x90\x2a\x02\0\0"s, 6, "call *0x22a(%rax)"},
        {"\xff\x94\xc4\x2a\x02\0\0"s, 7, "call *0x22a(%rsp,%rax,8)"},
        {"\xff\x14\xc5\x2a\x02\0\0"s, 7, "call *0x22a(,%rax,8)"},
        {"\xe9\x01\0\0\0"s, 0, "jmp f"},
        {"\xff\xe0"s, 0, "jmp *%rax"},
        {"\xff\xd0\x90"s, 0, "a no-op behind a call"},
        {"\x0f\x05"s, 0, "syscall"},
        {"\0\0\0\0\0\0\0"s, 0, "nothing"},
        {"\xff"s, 0, "cut"},
        {""s, 0, "no code"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(call_at_end(row.code), row.bytes) << row.text;
}

}  // namespace
}  // namespace caprec
