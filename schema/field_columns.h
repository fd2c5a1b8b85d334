// SPDX-License-Identifier: Apache-2.0
//
// Lists of which field of a struct is which field of the file, for the writer and the reader.  The compiler holds them
// complete: covers_fields().
#pragma once

#include <cstdint>
#include <tuple>

#include "schema/member_count.h"

namespace caprec {

// A field that is a number in the file: an id, a set of capabilities, an integer or a truth value.
template <class Row, class Member, class Reader, class Builder, class Number> struct FieldColumn {
    Member Row::*member;
    Number (Reader::*get)() const;
    void (Builder::*set)(Number value);

    void encode(const Row& row, Builder into) const {
        if constexpr (requires { (row.*member).value(); })
            (into.*set)(static_cast<Number>((row.*member).value()));
        else if constexpr (requires { (row.*member).bits(); })
            (into.*set)(static_cast<Number>((row.*member).bits()));
        else
            (into.*set)(static_cast<Number>(row.*member));
    }
    void decode(Reader from, Row& row) const { row.*member = static_cast<Member>((from.*get)()); }
};
template <class Row, class Member, class Reader, class Builder, class Number>
FieldColumn(Member Row::*, Number (Reader::*)() const, void (Builder::*)(Number))
    -> FieldColumn<Row, Member, Reader, Builder, Number>;

// Whether each field of the struct is in the list, and none twice.
template <class Row, class... Columns> consteval bool covers_fields(const std::tuple<Columns...>& columns) {
    return sizeof...(Columns) == member_count<Row>() &&
           std::apply([](const auto&... column) { return all_different(std::tuple{column.member...}); }, columns);
}

template <class Row, class Builder, class... Columns>
void encode_fields(const std::tuple<Columns...>& columns, const Row& row, Builder into) {
    std::apply([&](const auto&... column) { (column.encode(row, into), ...); }, columns);
}

template <class Row, class Reader, class... Columns>
Row decode_fields(const std::tuple<Columns...>& columns, Reader from) {
    Row row;
    std::apply([&](const auto&... column) { (column.decode(from, row), ...); }, columns);
    return row;
}

}  // namespace caprec
