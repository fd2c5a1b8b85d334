// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"

namespace caprec {

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
