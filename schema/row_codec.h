// SPDX-License-Identifier: Apache-2.0
//
// Converts the rows of one kind to and from the columns that row_format.h lists.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <capnp/any.h>

#include "schema/row_format.h"

namespace caprec {

template <class Row> class RowBuffer {
    using Format = typename RowFormat<Row>::Format;
    static constexpr auto& columns = RowFormat<Row>::columns;

public:
    RowBuffer() : buffer_(codings()) {}

    void add(const Row& row) { buffer_.add(row_words(row)); }
    std::uint32_t rows() const { return buffer_.rows(); }
    void clear() { buffer_.clear(); }

    void encode(typename Format::Builder into) {
        into.setCount(buffer_.rows());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto values = buffer_.column(i);
            if (values.empty())
                continue;
            auto list = (into.*columns[i].init)(static_cast<unsigned>(values.size()));
            for (std::size_t k = 0; k < values.size(); ++k)
                list.set(static_cast<unsigned>(k), static_cast<std::int64_t>(values[k]));
        }
    }

private:
    static constexpr std::array<Coding, columns.size()> codings() {
        std::array<Coding, columns.size()> result{};
        for (std::size_t i = 0; i < columns.size(); ++i)
            result[i] = columns[i].coding;
        return result;
    }

    ColumnBuffer<columns.size()> buffer_;
};

// The words of a column in place; nothing when it is not a plain list of words, which no writer makes.
inline std::optional<std::span<const std::uint64_t>> plain_words(capnp::List<std::int64_t>::Reader list) {
    const auto bytes = capnp::AnyList::Reader(list).getRawBytes();
    if (bytes.size() != list.size() * sizeof(std::uint64_t))
        return std::nullopt;
    return std::span(reinterpret_cast<const std::uint64_t*>(bytes.begin()), list.size());
}

// Fills a column that is in no table.
inline void set_all(capnp::List<std::int64_t>::Builder into, std::span<const std::uint64_t> values) {
    for (unsigned i = 0; i < into.size(); ++i)
        into.set(i, static_cast<std::int64_t>(values[i]));
}

inline std::optional<std::string> add_column(ColumnDecoder& decoder, std::size_t word, Coding coding,
                                             capnp::List<std::int64_t>::Reader list) {
    const auto values = plain_words(list);
    if (!values)
        return "a column is not a list of words";
    switch (decoder.add_column(word, coding, *values)) {
        case ColumnDecoder::Fault::none: return std::nullopt;
        case ColumnDecoder::Fault::too_long: return "a column is longer than the count of rows";
        case ColumnDecoder::Fault::too_short: return "a column that is never trimmed is shorter than the count of rows";
    }
    return "a column is not valid";
}

template <class Row> class RowDecoder {
    using Format = typename RowFormat<Row>::Format;

public:
    explicit RowDecoder(typename Format::Reader from)
        : decoder_(row_words(row_), std::min(from.getCount(), max_column_rows)) {
        if (from.getCount() > max_column_rows)
            fail("more than 65,536 rows");
        for (const auto& column : RowFormat<Row>::columns)
            if (auto fault = add_column(decoder_, column.word, column.coding, (from.*column.get)()))
                fail(*fault);
    }
    RowDecoder(const RowDecoder&) = delete;  // the decoder writes into row_
    RowDecoder& operator=(const RowDecoder&) = delete;

    // Makes the next row; false at the end and at a fault.
    bool next() {
        const std::uint64_t previous = row_.order;
        if (!fault_.empty() || !decoder_.next())
            return false;
        if (row_.order <= previous && !first_) {
            fail("the order does not ascend");
            return false;
        }
        first_ = false;
        return true;
    }

    const Row& row() const { return row_; }
    const std::string& fault() const { return fault_; }

private:
    void fail(const std::string& what) {
        if (fault_.empty())
            fault_ = std::string(RowFormat<Row>::name) + ": " + what;
    }

    Row row_;
    ColumnDecoder decoder_;
    std::string fault_;
    bool first_ = true;
};

}  // namespace caprec
