// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/demangle.h"

#include <gtest/gtest.h>

namespace caprec {
namespace {

TEST(Demangle, Languages) {
    EXPECT_EQ(demangle("main"), "main");
    EXPECT_EQ(demangle(""), "");
    EXPECT_EQ(demangle("_Z6lookupRKSs"), "lookup(std::string const&)");
    EXPECT_EQ(demangle("_ZN4shop5ShelfIiE4eachEv"), "shop::Shelf<int>::each()");
    EXPECT_EQ(demangle("_ZN4core3fmt5write17h0123456789abcdefE"), "core::fmt::write");
    EXPECT_EQ(demangle("_RNvCs1234_7mycrate3foo"), "mycrate::foo");
    EXPECT_EQ(demangle("main.main"), "main.main");
}

TEST(Demangle, WhatIsNoMangledNameStaysAsItIs) {
    for (const char* name : {"_Z", "_ZN", "_R", "_ZNotone", "_Z1", "_ZN4core3fmt5write17h0123456789abcdef"})
        EXPECT_EQ(demangle(name), name);
}

TEST(Demangle, LongNamesAreCut) { EXPECT_EQ(demangle(std::string(5000, 'a')).size(), max_symbol_bytes); }

TEST(Demangle, NamesThatGrowWithoutEndStayMangled) {
    // Each template argument doubles the one before.
    std::string bomb = "_Z1fI";
    std::string argument = "1AIiE";
    bomb += argument + "S_IS0_S0_E";
    for (char number = '1'; number <= '9'; ++number)
        bomb += std::string("S_IS") + number + "_S" + number + "_E";
    for (char number = 'A'; number <= 'Z'; ++number)
        bomb += std::string("S_IS") + number + "_S" + number + "_E";
    bomb += "Evv";
    EXPECT_LE(demangle(bomb).size(), max_demangled_bytes);
    EXPECT_EQ(demangle("_Z3fooi"), "foo(int)");  // the next symbol works as ever
}

}  // namespace
}  // namespace caprec
