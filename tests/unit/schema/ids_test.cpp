// SPDX-License-Identifier: Apache-2.0
#include "schema/ids.h"

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <gtest/gtest.h>

#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {
namespace {

// The compiler refuses to take an id of one space, or a number, for an id of another one.
template <class One, class Other>
concept confused = std::is_convertible_v<One, Other> || std::is_constructible_v<Other, One> ||
    std::is_assignable_v<Other&, One> || requires(One one, Other other) {
    { one == other } -> std::convertible_to<bool>;
};

template <class... Ids> struct Spaces {
    template <class One> static constexpr bool mixes_up = ((!std::same_as<One, Ids> && confused<One, Ids>) || ...);
    static constexpr bool are_apart = (!mixes_up<Ids> && ...);
    static constexpr bool are_no_numbers =
        (!(std::is_convertible_v<Ids, std::uint64_t> || std::is_convertible_v<std::uint64_t, Ids> ||
           std::is_convertible_v<int, Ids> || std::is_assignable_v<Ids&, std::uint64_t>)&&...);
    static constexpr bool cost_nothing = ((sizeof(Ids) == sizeof(std::uint64_t) && std::is_trivially_copyable_v<Ids> &&
                                           std::is_standard_layout_v<Ids>)&&...);
};
using OfATrace = Spaces<StringId, NamespaceId, CredentialId, ObjectId, ModuleId, FrameId, StackId, UserStackId>;

static_assert(OfATrace::are_apart);
static_assert(OfATrace::are_no_numbers);
static_assert(OfATrace::cost_nothing);
static_assert(Spaces<StackId, StackId>::are_apart);
static_assert(!Spaces<std::uint64_t, std::uint32_t>::are_apart, "numbers are what ids were before");

template <class Which>
concept kernel_stack_of = requires(const TraceReader& reader, Which id) {
    reader.stack(id);
};
static_assert(kernel_stack_of<decltype(CheckRow::stack)>);
static_assert(!kernel_stack_of<decltype(CheckRow::user_stack)>);
static_assert(!kernel_stack_of<decltype(CheckRow::object)>);
static_assert(!kernel_stack_of<decltype(CheckRow::key)>);

TEST(Ids, ZeroIsNone) {
    EXPECT_FALSE(StackId());
    EXPECT_FALSE(StackId(0));
    EXPECT_TRUE(StackId(1));
    EXPECT_EQ(StackId(7).value(), 7u);
    EXPECT_LT(StackId(7), StackId(8));
}

}  // namespace
}  // namespace caprec
