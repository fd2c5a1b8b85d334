// SPDX-License-Identifier: Apache-2.0
#include "schema/table_buffer.h"

#include "schema/capnp_bytes.h"
#include "schema/error.h"

namespace caprec {
namespace {

constexpr std::size_t pointer_bytes = 8, padding = 8;

void set(format::UserNamespace::Builder into, const UserNamespace& entry) {
    into.setInode(entry.inode);
    into.setLevel(entry.level);
    into.setOwner(entry.owner);
}

void set(format::Credential::Builder into, const Credential& entry) {
    into.setUid(entry.uid);
    into.setEuid(entry.euid);
    into.setSuid(entry.suid);
    into.setFsuid(entry.fsuid);
    into.setGid(entry.gid);
    into.setEgid(entry.egid);
    into.setSgid(entry.sgid);
    into.setFsgid(entry.fsgid);
    into.setEffective(entry.effective.bits());
    into.setPermitted(entry.permitted.bits());
    into.setInheritable(entry.inheritable.bits());
    into.setBounding(entry.bounding.bits());
    into.setAmbient(entry.ambient.bits());
    into.setSecurebits(entry.securebits);
    into.setNoNewPrivs(entry.no_new_privs);
    into.setNamespace(entry.user_namespace.value());
    if (!entry.groups.empty())
        into.setGroups(kj::arrayPtr(entry.groups.data(), entry.groups.size()));
    into.setGroupCount(entry.group_count);
    into.setGroupHash(entry.group_hash);
}

void set(format::Object::Builder into, const Object& entry) {
    into.setKind(static_cast<format::ObjectKind>(entry.kind));
    into.setBytes(as_data(entry.bytes));
    into.setTruncated(entry.truncated);
}

void set(format::Module::Builder into, const Module& entry) {
    into.setName(entry.name.value());
    into.setKind(static_cast<format::ModuleKind>(entry.kind));
    if (!entry.build_id.empty())
        into.setBuildId(as_data(entry.build_id));
    into.setDevice(entry.device);
    into.setInode(entry.inode);
}

void set(format::Frame::Builder into, const Frame& entry) {
    into.setModule(entry.module.value());
    into.setSymbol(entry.symbol.value());
    into.setOffset(entry.offset);
}

void set(format::KernelStack::Builder into, const KernelStack& entry) {
    into.setFrames(kj::arrayPtr(entry.frames.data(), entry.frames.size()));
    into.setTruncated(entry.truncated);
}

void set(format::UserStack::Builder into, const UserStack& entry) {
    into.setKind(static_cast<format::UserStackKind>(entry.kind));
    into.setFlags(entry.flags);
    into.setBytes(entry.bytes);
    into.setRegisters(kj::arrayPtr(entry.registers.data(), entry.registers.size()));
    auto places = into.initPlaces(static_cast<unsigned>(entry.places.size()));
    int before = -1;
    for (unsigned i = 0; i < places.size(); ++i) {
        places.set(i, static_cast<std::uint16_t>(entry.places[i] - before - 1));
        before = entry.places[i];
    }
    into.setPointers(kj::arrayPtr(entry.pointers.data(), entry.pointers.size()));
}

template <class List, class Entries> void set_all(List into, const Entries& entries) {
    unsigned index = 0;
    for (const auto& entry : entries)
        set(into[index++], entry);
}

}  // namespace

template <class Space, class Entry, class Value>
Id<Space> TableBuffer::append(Table<Entry>& table, const Value& entry, std::size_t bytes) {
    if (bytes > max_entry_bytes)
        throw Error("a definition of " + std::to_string(bytes) + " bytes is too large for a trace");
    table.entries.emplace_back(entry);
    bytes_ += bytes;
    return Id<Space>(table.first + table.entries.size() - 1);
}

StringId TableBuffer::add(std::string_view bytes) {
    return append<Text>(strings_, bytes, pointer_bytes + bytes.size() + padding);
}

NamespaceId TableBuffer::add(const UserNamespace& entry) {
    return append<UserNamespace>(namespaces_, entry, 2 * sizeof(std::uint64_t));
}

CredentialId TableBuffer::add(const Credential& entry) {
    return append<Credential>(credentials_, entry,
                              sizeof(Credential) + entry.groups.size() * sizeof(std::uint32_t) + padding);
}

ObjectId TableBuffer::add(const Object& entry) {
    return append<Object>(objects_, entry, 2 * pointer_bytes + entry.bytes.size() + padding);
}

ModuleId TableBuffer::add(const Module& entry) {
    return append<Module>(modules_, entry, 5 * pointer_bytes + entry.build_id.size() + padding);
}

FrameId TableBuffer::add(const Frame& entry) { return append<Frame>(frames_, entry, 3 * sizeof(std::uint64_t)); }

StackId TableBuffer::add(const KernelStack& entry) {
    return append<KernelStack>(stacks_, entry,
                               2 * pointer_bytes + entry.frames.size() * sizeof(std::uint32_t) + padding);
}

UserStackId TableBuffer::add(const UserStack& entry) {
    return append<UserStack>(user_stacks_, entry,
                             6 * pointer_bytes +
                                 (entry.registers.size() + entry.pointers.size()) * sizeof(std::uint64_t) +
                                 entry.places.size() * sizeof(std::uint16_t) + padding);
}

void TableBuffer::encode(format::Tables::Builder into) const {
    const auto size = [](const auto& table) { return static_cast<unsigned>(table.entries.size()); };
    if (size(strings_) > 0) {
        into.setFirstString(strings_.first);
        auto list = into.initStrings(size(strings_));
        for (unsigned i = 0; i < list.size(); ++i)
            list.set(i, as_data(strings_.entries[i]));
    }
    if (size(namespaces_) > 0) {
        into.setFirstNamespace(namespaces_.first);
        set_all(into.initNamespaces(size(namespaces_)), namespaces_.entries);
    }
    if (size(credentials_) > 0) {
        into.setFirstCredential(credentials_.first);
        set_all(into.initCredentials(size(credentials_)), credentials_.entries);
    }
    if (size(objects_) > 0) {
        into.setFirstObject(objects_.first);
        set_all(into.initObjects(size(objects_)), objects_.entries);
    }
    if (size(modules_) > 0) {
        into.setFirstModule(modules_.first);
        set_all(into.initModules(size(modules_)), modules_.entries);
    }
    if (size(frames_) > 0) {
        into.setFirstFrame(frames_.first);
        set_all(into.initFrames(size(frames_)), frames_.entries);
    }
    if (size(stacks_) > 0) {
        into.setFirstStack(stacks_.first);
        set_all(into.initStacks(size(stacks_)), stacks_.entries);
    }
    if (size(user_stacks_) > 0) {
        into.setFirstUserStack(user_stacks_.first);
        set_all(into.initUserStacks(size(user_stacks_)), user_stacks_.entries);
    }
}

void TableBuffer::clear() {
    const auto clear_table = [](auto& table) {
        table.first += table.entries.size();
        table.entries.clear();
    };
    clear_table(strings_);
    clear_table(namespaces_);
    clear_table(credentials_);
    clear_table(objects_);
    clear_table(modules_);
    clear_table(frames_);
    clear_table(stacks_);
    clear_table(user_stacks_);
    bytes_ = 0;
}

}  // namespace caprec
