// SPDX-License-Identifier: Apache-2.0
//
// A recording of a whole machine: units, containers and users.
#pragma once

#include <string>

#include "tests/support/trace_builder.h"

namespace caprec {

inline const std::string web_id = "7f4e" + std::string(60, '1'), database_id = "7f4e" + std::string(60, '2'),
                         pod_id = "c0de" + std::string(60, '3');

// Adds a row that says where the process lives.
void add_place(TraceBuilder& trace, std::uint64_t process, std::string_view cgroup, std::uint64_t cgroup_id,
               std::uint64_t network_namespace = 0xf0000000);

// Adds a process, and what it runs, that were there before the recording.
void add_found(TraceBuilder& trace, std::uint64_t process, std::uint64_t parent_tgid, std::string_view path,
               std::uint32_t uid = 0);

RunHeader header_of(RecordingScope scope, std::vector<std::string> names = {});
RunFooter ended_by(EndReason reason);

// systemd, sshd with a session, a service that fails, two Docker containers with their engine, a pod, a user's unit.
Bytes machine_trace();

// A service that is bounded, one whose look-up was denied, a process whose start was lost, and a container of Podman
// in a user namespace of its own.
Bytes rootless_machine_trace();

// What docker inspect prints of the first container, and kubectl get pods of the pod.
std::string docker_names();
std::string pod_names();

}  // namespace caprec
