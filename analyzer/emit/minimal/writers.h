// SPDX-License-Identifier: Apache-2.0
//
// The formats, in the order of --help; each is written by a function in the file of its name.  Then come the functions
// that they share.
#pragma once

#include <functional>
#include <ostream>
#include <string>

#include "analyzer/emit/minimal/format.h"
#include "analyzer/emit/notes/comments.h"

namespace caprec {

void write_text(const FormatInput& input, std::ostream& out);
void write_json(const FormatInput& input, std::ostream& out);
void write_hex(const FormatInput& input, std::ostream& out);
void write_setcap(const FormatInput& input, std::ostream& out);
void write_policy(const FormatInput& input, std::ostream& out);
void write_systemd(const FormatInput& input, std::ostream& out);
void write_docker(const FormatInput& input, std::ostream& out);
void write_podman(const FormatInput& input, std::ostream& out);
void write_compose(const FormatInput& input, std::ostream& out);
void write_kubernetes(const FormatInput& input, std::ostream& out);
void write_oci(const FormatInput& input, std::ostream& out);
void write_capsh(const FormatInput& input, std::ostream& out);
void write_setpriv(const FormatInput& input, std::ostream& out);
void write_bwrap(const FormatInput& input, std::ostream& out);
void write_apparmor(const FormatInput& input, std::ostream& out);
void write_libcap_ng(const FormatInput& input, std::ostream& out);

inline constexpr Format format_table[] = {
    {"text", "one name a line", write_text},
    {"json", "a JSON document: the set, its alternatives, what is uncertain", write_json},
    {"hex", "the mask, as CapEff in /proc/PID/status", write_hex},
    {"setcap", "setcap commands: file capabilities", write_setcap},
    {"policy", "a policy for capanalyze check, by executable", write_policy, true},
    {"systemd", "lines of a service unit", write_systemd},
    {"docker", "flags of docker run", write_docker, false, true},
    {"podman", "flags of podman run", write_podman, false, true},
    {"compose", "a service of a Compose file", write_compose, false, true},
    {"kubernetes", "the securityContext of a container", write_kubernetes, false, true},
    {"oci", "process.capabilities of an OCI config.json", write_oci, false, true},
    {"capsh", "the command, run by capsh with just this set", write_capsh},
    {"setpriv", "the command, run by setpriv with just this set", write_setpriv},
    {"bwrap", "flags of bwrap (bubblewrap)", write_bwrap},
    {"apparmor", "capability rules of an AppArmor profile", write_apparmor},
    {"libcap-ng", "a C function that drops all others", write_libcap_ng},
};

using PartLines = std::function<std::string(const Part&)>;

// Writes the lines of every part below a comment with its name, for consumers that take one set for each part.
void write_each_part(const FormatInput& input, const PartLines& lines, std::ostream& out);

// Writes the lines of all parts together, and before them, as comments, those of each part: for consumers that take one
// set for everything, such as a container.
void write_together(const FormatInput& input, const PartLines& lines, std::ostream& out);

}  // namespace caprec
