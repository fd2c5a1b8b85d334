// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/analysis/default_sets.h"
#include "analyzer/emit/notes/comments.h"
#include "schema/capability.h"

namespace caprec {

// Notes on what each engine makes of a set, and which of its defaults it then does not give.
std::vector<Note> notes_on_docker(CapabilitySet set);
std::vector<Note> notes_on_podman(CapabilitySet set);
// This holds for any engine: most likely the recorder saw the command on the host.
Note note_on_containers();

// How `set` compares with a default: "within it; 12 of its 14 are not needed".
std::string compared(CapabilitySet set, const DefaultSet& with);

}  // namespace caprec
