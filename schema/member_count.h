// SPDX-License-Identifier: Apache-2.0
//
// Helpers for lists of a struct's members, which let the compiler check that such a list is complete.
#pragma once

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>

namespace caprec {

struct AnyMember {  // stands for a value of any type, where no value is needed
    template <class Member> operator Member() const;
};

// How many members an aggregate has.
template <class Aggregate, class... Members> consteval std::size_t member_count() {
    if constexpr (requires { Aggregate{Members{}..., AnyMember{}}; })
        return member_count<Aggregate, Members..., AnyMember>();
    else
        return sizeof...(Members);
}

// Whether no two of these pointers to members are the same.
template <class... Pointers> constexpr bool all_different(const std::tuple<Pointers...>& pointers) {
    const auto times = [&](const auto& wanted) {
        return std::apply(
            [&](const auto&... each) {
                const auto same = [&](const auto& one) {
                    if constexpr (std::is_same_v<decltype(one), decltype(wanted)>)
                        return one == wanted ? 1 : 0;
                    else
                        return 0;
                };
                return (same(each) + ...);
            },
            pointers);
    };
    return std::apply([&](const auto&... each) { return ((times(each) == 1) && ...); }, pointers);
}

}  // namespace caprec
