// SPDX-License-Identifier: Apache-2.0
#include "analyzer/emit/notes/container_notes.h"

#include "analyzer/analysis/default_sets.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/capability_numbers.h"

namespace caprec {
namespace {

void add_defaults(CapabilitySet set, const DefaultSet& engine, std::vector<Note>& notes) {
    const CapabilitySet unneeded = engine.set - set, beyond = set - engine.set;
    if (!unneeded.empty())
        notes.push_back({"In the default, but not needed: " + capability_list(unneeded) + '.'});
    if (!beyond.empty())
        notes.push_back({"Not in the default, and only there when added: " + capability_list(beyond) + '.'});
}

}  // namespace

Note note_on_containers() {
    return {"What the entry point of the image does before the command was not recorded, unless it was the command."};
}

std::vector<Note> notes_on_docker(CapabilitySet set) {
    std::vector<Note> notes;
    add_defaults(set, docker_default(), notes);
    notes.push_back(
        {"These capabilities are for root in the container. Another user (--user, USER) has none of them, whatever "
         "is added, except through an executable with file capabilities."});
    if (set.contains(cap_net_bind_service))
        notes.push_back(
            {"CAP_NET_BIND_SERVICE may not be needed: Docker sets net.ipv4.ip_unprivileged_port_start=0 in containers "
             "that have a network of their own, so that low ports are free to everybody."});
    notes.push_back(note_on_containers());
    return notes;
}

std::vector<Note> notes_on_podman(CapabilitySet set) {
    std::vector<Note> notes;
    add_defaults(set, podman_default(), notes);
    notes.push_back(
        {"Another user than root (--user, USER) has what --cap-add names as ambient capabilities; of the default it "
         "would have none."});
    notes.push_back(note_on_containers());
    return notes;
}

std::string compared(CapabilitySet set, const DefaultSet& with) {
    const CapabilitySet beyond = set - with.set;
    const std::size_t size = with.set.size(), unneeded = (with.set - set).size();
    std::string text = beyond.empty() ? "within it; " : "not in it: " + capability_list(beyond) + "; ";
    if (unneeded == 0)
        return text += "all of its " + std::to_string(size) + " are needed";
    if (unneeded == size)
        return text += "none of its " + std::to_string(size) + " is needed";
    return text += std::to_string(unneeded) + " of its " + std::to_string(size) +
                   (unneeded == 1 ? " is not needed" : " are not needed");
}

}  // namespace caprec
