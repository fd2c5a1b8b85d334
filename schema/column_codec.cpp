// SPDX-License-Identifier: Apache-2.0
#include "schema/column_codec.h"

#include <algorithm>

namespace caprec {

ColumnDecoder::Fault ColumnDecoder::add_column(std::size_t index, Coding coding,
                                               std::span<const std::uint64_t> values) {
    if (values.size() > rows_)
        return Fault::too_long;
    if (coding == Coding::whole_difference && values.size() < rows_)
        return Fault::too_short;
    const std::uint64_t step_mask = coding == Coding::second_difference ? ~std::uint64_t{0} : 0;
    columns_.push_back({values.data(), 0, step_mask, index, static_cast<std::uint32_t>(values.size())});
    return Fault::none;
}

void ColumnDecoder::drop_used_up() {
    next_drop_ = rows_;
    std::erase_if(columns_, [this](const Column& column) {
        if (column.size > done_) {
            next_drop_ = std::min(next_drop_, column.size);
            return false;
        }
        if ((column.step & column.step_mask) != 0)
            steady_.push_back({column.step, column.index});
        return true;
    });
}

}  // namespace caprec
