// SPDX-License-Identifier: Apache-2.0
#include "recorder/definitions.h"

#include <algorithm>
#include <span>
#include <string>

namespace caprec {
namespace {

// The intern tables forget everything when they are as full as this: a hostile command cannot fill the memory.
constexpr std::size_t max_interned = 1u << 18;

// Limits on the known keys of contents: of those that the kernel side puts into its maps again when it meets them, and
// of those that it names without doing so.
constexpr std::size_t max_objects = 1u << 16, max_lasting = 1u << 17;

template <class Map> void make_room(Map& map) {
    if (map.size() >= max_interned)
        map.clear();
}

ContentSource contents_of(const Programs& programs, const char* map, const __u64* put_in) {
    return {programs.map(map), programs.entries(map), reinterpret_cast<const std::uint64_t*>(put_in)};
}

}  // namespace

Definitions::Definitions(const Programs& programs, TraceWriter& writer)
    : writer_(writer),
      symbols_(programs, writer),
      ring_{0, programs.entries("ring")},
      credentials_(contents_of(programs, "creds", &programs.memory().creds_put_in), max_lasting, ring_,
                   [this](const ev_cred& content) { return define(content); }),
      stacks_(contents_of(programs, "stacks", &programs.memory().stacks_put_in), max_lasting, ring_,
              [this](const ev_stack& content) { return define(content); }),
      objects_(contents_of(programs, "objects", &programs.memory().objects_put_in), max_objects, ring_,
               [this](const ev_object& content) { return define(content); }) {}

StringId Definitions::string(std::string_view text) {
    if (text.empty())
        return {};
    make_room(strings_);
    Digest digest = string_seed_;
    digest.add(text);
    const auto [place, is_new] = strings_.try_emplace(digest);
    if (is_new)
        place->second = writer_.define_string(text);
    return place->second;
}

NamespaceId Definitions::user_namespace(const ev_user_ns& ns) {
    const UserNamespace entry{ns.inode, ns.level, ns.owner};
    if (last_namespace_ && entry == last_namespace_entry_)
        return last_namespace_;
    make_room(namespaces_);
    const auto [place, is_new] = namespaces_.try_emplace({ns.inode, ns.level, ns.owner});
    if (is_new)
        place->second = writer_.define(entry);
    last_namespace_entry_ = entry;
    last_namespace_ = place->second;
    return last_namespace_;
}

std::uint64_t Definitions::key(std::uint64_t hash) {
    if (hash == last_key_hash_)
        return last_key_;
    make_room(keys_);
    const auto [place, is_new] = keys_.try_emplace(hash, next_key_ + 1);
    if (is_new)
        ++next_key_;
    last_key_hash_ = hash;
    last_key_ = place->second;
    return last_key_;
}

CredentialId Definitions::define(const ev_cred& content) {
    Credential entry;
    entry.uid = content.uid, entry.euid = content.euid, entry.suid = content.suid, entry.fsuid = content.fsuid;
    entry.gid = content.gid, entry.egid = content.egid, entry.sgid = content.sgid, entry.fsgid = content.fsgid;
    entry.effective = CapabilitySet(content.effective);
    entry.permitted = CapabilitySet(content.permitted);
    entry.inheritable = CapabilitySet(content.inheritable);
    entry.bounding = CapabilitySet(content.bounding);
    entry.ambient = CapabilitySet(content.ambient);
    entry.securebits = content.securebits;
    entry.no_new_privs = content.no_new_privs != 0;
    entry.user_namespace = user_namespace(content.ns);
    entry.groups.assign(content.groups, content.groups + std::min<std::uint32_t>(content.group_count, EV_GROUPS));
    entry.group_count = content.group_count;
    entry.group_hash = content.group_hash;
    return writer_.define(entry);
}

StackId Definitions::define(const ev_stack& content) {
    const std::size_t depth = std::min<std::size_t>(content.depth, EV_STACK_FRAMES);
    return writer_.define(KernelStack{symbols_.frames(std::span(content.frames, depth)), depth == EV_STACK_FRAMES});
}

ObjectId Definitions::define(const ev_object& content) {
    const std::size_t length = std::min<std::size_t>(content.length, EV_OBJECT_BYTES);
    return writer_.define(
        Object{static_cast<ObjectKind>(content.kind), std::string(content.bytes, length), content.truncated != 0});
}

}  // namespace caprec
