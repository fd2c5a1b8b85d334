// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/format.h"

#include <algorithm>
#include <iterator>

#include "analyzer/emit/minimal/writers.h"

namespace caprec {

std::span<const Format> formats() { return format_table; }

const Format* find_format(std::string_view name) {
    const auto found = std::ranges::find(format_table, name, &Format::name);
    return found != std::end(format_table) ? &*found : nullptr;
}

}  // namespace caprec
