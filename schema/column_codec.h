// SPDX-License-Identifier: Apache-2.0
//
// Columns of differences (README.md, "Columns"), whichever columns there are.  Here, a row is an array of 64-bit words,
// and a column has a place in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace caprec {

enum class Coding : std::uint8_t {
    difference,         // d
    whole_difference,   // d, never shorter than the count
    second_difference,  // dd
};

// Differences stand in the file with their sign in the lowest bit: a small negative one then packs as small as a
// positive one, where two's complement would take nine bytes.
constexpr std::uint64_t sign_last(std::uint64_t difference) {
    return difference << 1 ^ (std::uint64_t{0} - (difference >> 63));
}
constexpr std::uint64_t sign_first(std::uint64_t word) { return word >> 1 ^ (std::uint64_t{0} - (word & 1)); }

inline constexpr std::uint32_t max_column_rows = 65536;  // rows of one kind in one chunk

// Collects rows and holds their columns as they go to the file, trailing zeros trimmed.
template <std::size_t Width> class ColumnBuffer {
public:
    explicit ColumnBuffer(const std::array<Coding, Width>& codings) : codings_(codings) {
        for (std::size_t i = 0; i < Width; ++i)
            step_mask_[i] = codings[i] == Coding::second_difference ? ~std::uint64_t{0} : 0;
    }

    void add(const std::uint64_t* row) {
        // Two loops: the first one has no branch, and most differences are zero.
        std::array<std::uint64_t, Width> differences;
        for (std::size_t i = 0; i < Width; ++i) {
            differences[i] = row[i] - expected_[i];
            step_[i] += differences[i] & step_mask_[i];
            expected_[i] = row[i] + step_[i];
        }
        for (std::size_t i = 0; i < Width; ++i)
            if (differences[i] != 0)
                append(i, sign_last(differences[i]));
        ++rows_;
    }

    std::uint32_t rows() const { return rows_; }

    std::span<const std::uint64_t> column(std::size_t index) {
        if (codings_[index] == Coding::whole_difference)
            columns_[index].resize(rows_);
        return columns_[index];
    }

    void clear() {
        for (auto& column : columns_)
            column.clear();
        expected_.fill(0);
        step_.fill(0);
        rows_ = 0;
    }

private:
    void append(std::size_t index, std::uint64_t word) {
        auto& column = columns_[index];
        if (column.size() < rows_)
            column.resize(rows_);
        column.push_back(word);
    }

    std::array<Coding, Width> codings_;
    std::array<std::uint64_t, Width> step_mask_{};
    std::array<std::uint64_t, Width> expected_{};  // the value whose difference would be zero
    std::array<std::uint64_t, Width> step_{};      // the last difference, in columns of second differences
    std::array<std::vector<std::uint64_t>, Width> columns_;
    std::uint32_t rows_ = 0;
};

// Rebuilds rows one by one in place.  Work for a row is in proportion to the columns that change in it: a column
// leaves the loop when its list is used up.
class ColumnDecoder {
public:
    enum class Fault : std::uint8_t { none, too_long, too_short };

    // `row` starts as zeros, and must outlive the decoder.
    ColumnDecoder(std::uint64_t* row, std::uint32_t rows) : row_(row), rows_(rows) {}

    // `values` must outlive the decoder; it holds the column of the row's word `index`.
    Fault add_column(std::size_t index, Coding coding, std::span<const std::uint64_t> values);

    // Makes the next row; false after the last one.
    bool next() {
        if (done_ == rows_)
            return false;
        if (done_ == next_drop_)
            drop_used_up();
        for (Column& column : columns_) {
            column.step = (column.step & column.step_mask) + sign_first(column.values[done_]);
            row_[column.index] += column.step;
        }
        for (const Steady& steady : steady_)
            row_[steady.index] += steady.step;
        ++done_;
        return true;
    }

private:
    struct Column {
        const std::uint64_t* values;
        std::uint64_t step, step_mask;
        std::size_t index;
        std::uint32_t size;
    };
    struct Steady {  // a column of second differences, which goes on by the same step after its list
        std::uint64_t step;
        std::size_t index;
    };

    void drop_used_up();

    std::uint64_t* row_;
    std::uint32_t rows_;
    std::uint32_t done_ = 0;
    std::uint32_t next_drop_ = 0;  // the row before which some list may be used up
    std::vector<Column> columns_;
    std::vector<Steady> steady_;
};

}  // namespace caprec
