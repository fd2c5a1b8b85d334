// SPDX-License-Identifier: Apache-2.0
#include "schema/enum_table.h"

#include <gtest/gtest.h>

#include <string_view>
#include <type_traits>

namespace caprec {
namespace {

enum class Local : unsigned char { one, two, last_1 };  // names that end in digits are names, too
enum class Single : bool { only };

using Table = EnumTable<Local, std::string_view>;

TEST(EnumTable, KnowsItsSize) {
    static_assert(enum_size<Local> == 3);
    static_assert(enum_size<Single> == 1);
    static_assert(all_of<Local>[2] == Local::last_1);
    static_assert(is_one_of<Local>(2u) && !is_one_of<Local>(3u));
}

TEST(EnumTable, HasARowForEachEnumeratorOrDoesNotCompile) {
    static_assert(std::is_constructible_v<Table, const std::string_view(&)[3]>);
    static_assert(!std::is_constructible_v<Table, const std::string_view(&)[2]>);
    static_assert(!std::is_constructible_v<Table, const std::string_view(&)[4]>);
    constexpr Table table({"a", "b", "c"});
    EXPECT_EQ(table[Local::two], "b");
    EXPECT_EQ(table[Local::last_1], "c");
}

}  // namespace
}  // namespace caprec
