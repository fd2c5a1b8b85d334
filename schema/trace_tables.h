// SPDX-License-Identifier: Apache-2.0
//
// The contents that events refer to by id, in memory.  trace.capnp documents the fields.  Ids are counted from 1 in
// each table; 0: unknown.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/capability.h"
#include "schema/ids.h"

namespace caprec {

struct UserNamespace {
    std::uint32_t inode = 0, level = 0, owner = 0;
    friend auto operator<=>(const UserNamespace&, const UserNamespace&) = default;
};

struct Credential {
    std::uint32_t uid = 0, euid = 0, suid = 0, fsuid = 0;
    std::uint32_t gid = 0, egid = 0, sgid = 0, fsgid = 0;
    CapabilitySet effective, permitted, inheritable, bounding, ambient;
    std::uint32_t securebits = 0;
    bool no_new_privs = false;
    NamespaceId user_namespace{};
    std::vector<std::uint32_t> groups;  // the first 64
    std::uint32_t group_count = 0;
    std::uint64_t group_hash = 0;
    friend auto operator<=>(const Credential&, const Credential&) = default;
};

enum class ObjectKind : std::uint8_t { unknown = 0, path = 1, socket_address = 2, command = 3 };

struct Object {
    ObjectKind kind = ObjectKind::unknown;
    std::string bytes;
    bool truncated = false;
    friend auto operator<=>(const Object&, const Object&) = default;
};

enum class ModuleKind : std::uint8_t { unknown = 0, kernel = 1, kernel_module = 2, user = 3, bpf = 4 };

struct Module {
    StringId name{};
    ModuleKind kind = ModuleKind::unknown;
    std::string build_id;  // raw bytes; empty: unknown
    std::uint32_t device = 0;
    std::uint64_t inode = 0;
    friend auto operator<=>(const Module&, const Module&) = default;
};

struct Frame {
    ModuleId module{};
    StringId symbol{};
    std::uint32_t offset = 0;
    friend auto operator<=>(const Frame&, const Frame&) = default;
};

struct KernelStack {
    std::vector<std::uint32_t> frames;  // ids of frames, innermost first
    bool truncated = false;
    friend auto operator<=>(const KernelStack&, const KernelStack&) = default;
};

// The target of a word of a user stack.
struct UserPointer {
    static constexpr std::uint64_t max_module = (1u << 24) - 1, max_offset = (std::uint64_t{1} << 40) - 2;

    ModuleId module{};         // 0: the snapshot itself
    std::uint64_t offset = 0;  // bytes in the module's file, or from the snapshot's stack pointer
    friend auto operator<=>(const UserPointer&, const UserPointer&) = default;
};

// The file's form of a pointer; 0, which stands for none, when module or offset is too large for it.
std::uint64_t encode(UserPointer pointer);
std::optional<UserPointer> decode_pointer(std::uint64_t encoded);  // nothing for 0

enum class UserStackKind : std::uint8_t { unknown = 0, snapshot = 1, frame_pointers = 2 };

// trace.capnp's userStack constants; table_store.cpp asserts that they agree.
enum UserStackFlag : std::uint32_t {
    user_stack_cut = 1,
    user_stack_unreadable = 2,
    user_stack_alternate = 4,
    user_stack_no_mappings = 8,
};

struct UserStack {
    UserStackKind kind = UserStackKind::unknown;
    std::uint32_t flags = 0;               // UserStackFlag
    std::uint32_t bytes = 0;               // size of the snapshot
    std::vector<std::uint64_t> registers;  // encoded pointers; x86-64: rax rdx rcx rbx rsi rdi rbp rsp r8-r15 rip,
                                           // arm64: x0-x30 sp pc
    std::vector<std::uint16_t> places;     // indices of 8-byte words, ascending; none for frame pointers
    std::vector<std::uint64_t> pointers;   // as many as places; for frame pointers: the frames, innermost first
    friend auto operator<=>(const UserStack&, const UserStack&) = default;
};

}  // namespace caprec
