// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/format_input.h"

#include <utility>

namespace caprec {

Part part_of(const Analysis& analysis, std::string name, const NeedFilter& filter) {
    Part part{std::move(name), minimal_set(select_needs(analysis.needs, filter))};
    for (const Need& need : look_ups_left_out(analysis.needs, filter))
        if ((need.any_of & part.set.capabilities).empty())
            part.left_out.push_back(need.any_of);
    return part;
}

}  // namespace caprec
