// SPDX-License-Identifier: Apache-2.0
//
// The functions of the table in format.cpp, and what they share.
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

using PartLines = std::function<std::string(const Part&)>;

// Writes the lines of every part below a comment with its name, for consumers that take one set for each part.
void write_each_part(const FormatInput& input, const PartLines& lines, std::ostream& out);

// Writes the lines of all parts together, and before them, as comments, those of each part: for consumers that take one
// set for everything, such as a container.
void write_together(const FormatInput& input, const PartLines& lines, std::ostream& out);

}  // namespace caprec
