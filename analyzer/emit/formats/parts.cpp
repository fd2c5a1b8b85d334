// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "analyzer/emit/formats/notes.h"
#include "analyzer/emit/formats/recorded_run.h"
#include "analyzer/emit/formats/writers.h"
#include "analyzer/minimal_set.h"

namespace caprec {

Part part_of(const Analysis& analysis, std::string name, const NeedFilter& filter) {
    Part part{std::move(name), minimal_set(select_needs(analysis.needs, filter))};
    for (const Need& need : look_ups_left_out(analysis.needs, filter)) {
        if ((need.any_of & part.set.capabilities).empty())
            part.left_out.push_back(need.any_of);
    }
    return part;
}

void write_each_part(const FormatInput& input, const PartLines& lines, std::ostream& out) {
    for (const Part& part : input.parts) {
        if (input.split != Split::run)
            out << "# " << title_of(part, input.split) << '\n';  // whole, on one line: programs read it, too
        out << lines(part);
    }
}

void write_together(const FormatInput& input, const PartLines& lines, std::ostream& out) {
    Part together;
    together.set.capabilities = union_of(input.parts);
    if (input.split != Split::run) {
        for (const Part& part : input.parts) {
            out << "# " << title_of(part, input.split) << ":\n";
            out << commented_out(lines(part));
        }
        out << "# One set has to do for all of them:\n";
    }
    out << lines(together);
}

}  // namespace caprec
