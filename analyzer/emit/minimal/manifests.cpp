// SPDX-License-Identifier: Apache-2.0
//
// The YAML formats.  A capability name needs no quotes in YAML; "ALL" has them where its users write them.
#include "analyzer/analysis/default_sets.h"
#include "analyzer/emit/minimal/writers.h"
#include "analyzer/emit/notes/container_notes.h"
#include "analyzer/emit/notes/notes.h"
#include "analyzer/emit/notes/recorded_run.h"
#include "analyzer/emit/notes/spelling.h"
#include "schema/capability_numbers.h"
#include "schema/words/escape.h"

namespace caprec {
namespace {

std::string compose_lines(const Part& part) {
    const std::string add = joined(named(part.set.capabilities), Spelling::bare, ", ");
    return "services:\n  app:\n    cap_drop: [ALL]\n" + (add.empty() ? add : "    cap_add: [" + add + "]\n");
}

std::vector<Note> notes_on_kubernetes(CapabilitySet set, const std::string& gained_by) {
    const PodSecurity level = pod_security_level(set);
    std::vector<Note> notes;
    notes.push_back(
        {level == PodSecurity::restricted
             ? "These capabilities are within Pod Security level restricted, which demands runAsNonRoot and "
               "a seccompProfile as well."
             : "A namespace with Pod Security level " + std::string(pod_security_name(level)) +
                   " or none admits these capabilities; a stricter one refuses the pod."});
    notes.push_back(
        {"Kubernetes has no ambient capabilities: what is added reaches processes of uid 0 only. With runAsUser or a "
         "USER in the image, the executable needs file capabilities, which allowPrivilegeEscalation: false ignores."});
    if (set.contains(cap_sys_admin))
        notes.push_back(
            {"Beside CAP_SYS_ADMIN Kubernetes takes allowPrivilegeEscalation for true, so that line is off."});
    else
        notes.push_back(
            {"allowPrivilegeEscalation: false sets no_new_privs: set-user-ID programs and file capabilities (sudo, "
             "ping) give nothing; leave it out if the container must start such programs."});
    if (!gained_by.empty())
        notes.push_back({"In this run " + escape(gained_by) +
                         " had privileges that a user's process gets only in that way, so that line is off."});
    notes.push_back(note_on_containers());
    return notes;
}

std::string kubernetes_lines(const Part& part, bool may_escalate) {
    const std::string add = joined(named(part.set.capabilities), Spelling::bare, "\", \"");
    std::string lines = "securityContext:\n";
    lines += may_escalate ? "  # allowPrivilegeEscalation: false\n" : "  allowPrivilegeEscalation: false\n";
    lines += "  capabilities:\n    drop: [\"ALL\"]\n";
    if (!add.empty())
        lines += "    add: [\"" + add + "\"]\n";
    return lines;
}

}  // namespace

void write_compose(const FormatInput& input, std::ostream& out) {
    const CapabilitySet all = union_of(input.parts);
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_nameless(all));
    append(notes, notes_on_docker(all));
    notes.push_back({"Put the name of your service in the place of app."});
    write_comments(notes, CommentStyle::hash, out);
    write_together(input, compose_lines, out);
}

void write_kubernetes(const FormatInput& input, std::ostream& out) {
    const CapabilitySet all = union_of(input.parts);
    const std::string gained_by = privileged_executable(input.analysis);
    std::vector<Note> notes = notes_on_set(input);
    append(notes, notes_on_nameless(all));
    append(notes, notes_on_kubernetes(all, gained_by));
    write_comments(notes, CommentStyle::hash, out);
    const bool may_escalate = !gained_by.empty() || all.contains(cap_sys_admin);
    write_together(
        input, [&](const Part& part) { return kubernetes_lines(part, may_escalate); }, out);
}

}  // namespace caprec
