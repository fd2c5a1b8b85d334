// SPDX-License-Identifier: Apache-2.0
//
// The options that choose what an answer is about: every command that reads checks has them, and they mean the same.
#pragma once

#include <optional>
#include <ostream>

#include "analyzer/analysis/run_facts.h"
#include "analyzer/cli/arguments.h"
#include "analyzer/follow/check_filter.h"
#include "schema/options/option_row.h"

namespace caprec {

constexpr OptionRow names_option = {
    "names", Takes::many, "FILE",
    "names of containers: what docker inspect, podman inspect, crictl inspect or kubectl get pods -A -o json printed"};
constexpr OptionRow unit_option = {"unit", Takes::many, "NAME", "only what ran in this unit of systemd"};
constexpr OptionRow container_option = {"container", Takes::many, "NAME",
                                        "only what ran in this container: its name, its id, or the beginning of it"};
constexpr OptionRow image_option = {"image", Takes::many, "PATH",
                                    "only this program: its path, or the last part of it"};
constexpr OptionRow pid_option = {"pid,p", Takes::many, "PID", "only this process or thread"};
constexpr OptionRow comm_option = {"comm", Takes::many, "NAME", "only threads of this name"};
constexpr OptionRow user_option = {"user", Takes::many, "UID", "only what this user asked for: the effective uid"};
constexpr OptionRow cap_option = {"cap", Takes::many, "LIST", "only these capabilities: CAP_CHOWN, chown, 0 ..."};
constexpr OptionRow verdict_option = {
    "verdict", Takes::many, "LIST",
    "only these: required, alternative, missing, unclassified, not_needed; granted, denied"};

// All of them, for a command's table.
#define CAPREC_FILTER_OPTIONS                                                                                      \
    unit_option, container_option, image_option, pid_option, comm_option, user_option, cap_option, verdict_option, \
        names_option

// Nothing: the user chose nothing.
std::optional<CheckFilter> filter_of(const Arguments& arguments);

// The lines of --help on all of them.
const char* filters_help();

}  // namespace caprec
