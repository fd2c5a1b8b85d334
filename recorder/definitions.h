// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>

#include "bpf/event.h"
#include "recorder/content_map.h"
#include "recorder/digest.h"
#include "recorder/kernel_symbols.h"
#include "recorder/programs.h"
#include "schema/trace_writer.h"

namespace caprec {

// What rows refer to by id: texts, namespaces, and the contents that the kernel side keeps under keys.  Each is written
// before the row that names it, and once, as long as not too many are known.
class Definitions {
public:
    Definitions(const Programs& programs, TraceWriter& writer);

    StringId string(std::string_view text);
    NamespaceId user_namespace(const ev_user_ns& ns);
    std::uint64_t keys() const { return next_key_; }  // so far
    std::uint64_t key(std::uint64_t hash);            // the key in the file of what the kernel side gave this one

    ContentMap<ev_cred, CredentialId>& credentials() { return credentials_; }
    ContentMap<ev_stack, StackId>& stacks() { return stacks_; }
    ContentMap<ev_object, ObjectId>& objects() { return objects_; }
    const ContentMap<ev_cred, CredentialId>& credentials() const { return credentials_; }
    const ContentMap<ev_stack, StackId>& stacks() const { return stacks_; }
    const ContentMap<ev_object, ObjectId>& objects() const { return objects_; }
    const KernelSymbols& symbols() const { return symbols_; }

    void ring_was_read(std::size_t bytes) { ring_.read += bytes; }

private:
    CredentialId define(const ev_cred& content);
    StackId define(const ev_stack& content);
    ObjectId define(const ev_object& content);

    TraceWriter& writer_;
    KernelSymbols symbols_;
    RingProgress ring_;
    ContentMap<ev_cred, CredentialId> credentials_;
    ContentMap<ev_stack, StackId> stacks_;
    ContentMap<ev_object, ObjectId> objects_;
    Digest string_seed_ = Digest::seed();
    std::unordered_map<Digest, StringId, Digest::Hash> strings_;
    std::map<std::array<std::uint32_t, 3>, NamespaceId> namespaces_;  // by inode, level, owner
    UserNamespace last_namespace_entry_;
    NamespaceId last_namespace_{};
    std::unordered_map<std::uint64_t, std::uint64_t> keys_;
    std::uint64_t next_key_ = 0;
    std::uint64_t last_key_hash_ = 0;
    std::uint64_t last_key_ = 0;
};

}  // namespace caprec
