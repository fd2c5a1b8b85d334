// SPDX-License-Identifier: Apache-2.0
//
// Tables indexed by an enumeration, whose size the compiler compares with it: an added enumerator does not compile
// until each table has a row for it.  For enumerations that count from 0 without a gap.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace caprec {

// The compiler names a value that has no name as a cast: "(caprec::Verdict)9" at the end of its own text.
template <class Enum, Enum value> consteval bool is_enumerator() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_suffix(1);  // "]"
    return text[text.find_last_not_of("0123456789")] != ')';
}

template <class Enum, std::size_t first = 0> consteval std::size_t count_enumerators() {
    if constexpr (is_enumerator<Enum, static_cast<Enum>(first)>())
        return count_enumerators<Enum, first + 1>();
    else
        return first;
}

template <class Enum> inline constexpr std::size_t enum_size = count_enumerators<Enum>();

// All enumerators, in their order.
template <class Enum>
inline constexpr std::array<Enum, enum_size<Enum>> all_of = [] {
    std::array<Enum, enum_size<Enum>> all{};
    for (std::size_t at = 0; at < all.size(); ++at)
        all[at] = static_cast<Enum>(at);
    return all;
}();

// Whether a table that is searched has a row for each enumerator except those in `but`.
template <class Enum, class Row, std::size_t size>
consteval bool each_has_a_row(const Row (&rows)[size], Enum Row::*of, std::initializer_list<Enum> but = {}) {
    for (const Enum each : all_of<Enum>) {
        bool found = false;
        for (const Row& row : rows)
            found = found || row.*of == each;
        for (const Enum left_out : but)
            found = found || left_out == each;
        if (!found)
            return false;
    }
    return true;
}

// Whether the number, which may come from a file, is an enumerator's.
template <class Enum, class Number> constexpr bool is_one_of(Number number) { return number < enum_size<Enum>; }

template <class Enum, class Value> class EnumTable {
public:
    constexpr EnumTable() = default;
    template <std::size_t size>
    requires(size == enum_size<Enum>)  // one value for each enumerator, in their order
        constexpr explicit EnumTable(const Value (&values)[size]) {
        for (std::size_t at = 0; at < size; ++at)
            values_[at] = values[at];
    }
    constexpr const Value& operator[](Enum at) const { return values_[static_cast<std::size_t>(at)]; }
    constexpr Value& operator[](Enum at) { return values_[static_cast<std::size_t>(at)]; }
    constexpr auto begin() const { return values_.begin(); }
    constexpr auto end() const { return values_.end(); }
    constexpr auto begin() { return values_.begin(); }
    constexpr auto end() { return values_.end(); }

private:
    std::array<Value, enum_size<Enum>> values_{};
};

}  // namespace caprec
