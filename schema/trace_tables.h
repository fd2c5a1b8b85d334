// SPDX-License-Identifier: Apache-2.0
//
// The contents that events refer to by id, in memory.  trace.capnp documents the fields.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/capability.h"

namespace caprec {

using Id = std::uint64_t;  // counted from 1 in each table; 0: unknown

struct UserNamespace {
    std::uint32_t inode = 0, level = 0, owner = 0;
    friend bool operator==(const UserNamespace&, const UserNamespace&) = default;
};

struct Credential {
    std::uint32_t uid = 0, euid = 0, suid = 0, fsuid = 0;
    std::uint32_t gid = 0, egid = 0, sgid = 0, fsgid = 0;
    CapabilitySet effective, permitted, inheritable, bounding, ambient;
    std::uint32_t securebits = 0;
    bool no_new_privs = false;
    Id user_namespace = 0;
    std::vector<std::uint32_t> groups;  // the first 64
    std::uint32_t group_count = 0;
    std::uint64_t group_hash = 0;
    friend bool operator==(const Credential&, const Credential&) = default;
};

enum class ObjectKind : std::uint8_t { unknown = 0, path = 1, socket_address = 2, command = 3 };

struct Object {
    ObjectKind kind = ObjectKind::unknown;
    std::string bytes;
    bool truncated = false;
    friend bool operator==(const Object&, const Object&) = default;
};

enum class ModuleKind : std::uint8_t { unknown = 0, kernel = 1, kernel_module = 2, user = 3, bpf = 4 };

struct Module {
    Id name = 0;
    ModuleKind kind = ModuleKind::unknown;
    std::string build_id;  // raw bytes; empty: unknown
    friend bool operator==(const Module&, const Module&) = default;
};

struct Frame {
    Id module = 0, symbol = 0;
    std::uint32_t offset = 0;
    friend bool operator==(const Frame&, const Frame&) = default;
};

struct KernelStack {
    std::vector<std::uint32_t> frames;  // ids of frames, innermost first
    bool truncated = false;
    friend bool operator==(const KernelStack&, const KernelStack&) = default;
};

}  // namespace caprec
