// SPDX-License-Identifier: Apache-2.0
//
// docker and podman take the same flags, and differ in what they mean for users other than root.
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/container_notes.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"

namespace caprec {
namespace {

std::string flags(const Part& part) {
    const std::string add = joined(named(part.set.capabilities), Spelling::bare, " ", "--cap-add=");
    return "--cap-drop=ALL" + (add.empty() ? add : ' ' + add) + '\n';
}

void write_flags(const FormatInput& input, std::vector<Note> (*about_engine)(CapabilitySet), std::ostream& out) {
    const CapabilitySet all = union_of(input.parts);
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_nameless(all));
    append(notes, about_engine(all));
    write_comments(notes, CommentStyle::hash, out);
    write_together(input, flags, out);
}

}  // namespace

void write_docker(const FormatInput& input, std::ostream& out) { write_flags(input, notes_on_docker, out); }
void write_podman(const FormatInput& input, std::ostream& out) { write_flags(input, notes_on_podman, out); }

}  // namespace caprec
