// SPDX-License-Identifier: Apache-2.0
#include "schema/table_store.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "schema/capnp_bytes.h"

namespace caprec {
namespace {

constexpr std::size_t heap_overhead = 16;  // bytes for each allocation, roughly

// Each of these fills an entry, and returns the number of bytes that it has outside of itself.
std::size_t get(format::UserNamespace::Reader from, UserNamespace& entry) {
    entry = {from.getInode(), from.getLevel(), from.getOwner()};
    return 0;
}

template <class List> auto numbers(const List& from) {
    std::vector<std::decay_t<decltype(from[0])>> result;
    result.reserve(from.size());
    for (const auto number : from)
        result.push_back(number);
    return result;
}

std::size_t get(format::Credential::Reader from, Credential& entry) {
    entry.uid = from.getUid();
    entry.euid = from.getEuid();
    entry.suid = from.getSuid();
    entry.fsuid = from.getFsuid();
    entry.gid = from.getGid();
    entry.egid = from.getEgid();
    entry.sgid = from.getSgid();
    entry.fsgid = from.getFsgid();
    entry.effective = CapabilitySet(from.getEffective());
    entry.permitted = CapabilitySet(from.getPermitted());
    entry.inheritable = CapabilitySet(from.getInheritable());
    entry.bounding = CapabilitySet(from.getBounding());
    entry.ambient = CapabilitySet(from.getAmbient());
    entry.securebits = from.getSecurebits();
    entry.no_new_privs = from.getNoNewPrivs();
    entry.user_namespace = NamespaceId(from.getNamespace());
    entry.groups = numbers(from.getGroups());
    entry.group_count = from.getGroupCount();
    entry.group_hash = from.getGroupHash();
    return heap_overhead + entry.groups.size() * sizeof(std::uint32_t);
}

std::size_t get(format::Object::Reader from, Object& entry) {
    entry.kind = known_or_unknown<ObjectKind>(from.getKind());
    entry.bytes = as_string(from.getBytes());
    entry.truncated = from.getTruncated();
    return heap_overhead + entry.bytes.size();
}

std::size_t get(format::Module::Reader from, Module& entry) {
    entry.name = StringId(from.getName());
    entry.kind = known_or_unknown<ModuleKind>(from.getKind());
    entry.build_id = as_string(from.getBuildId());
    entry.device = from.getDevice();
    entry.inode = from.getInode();
    return heap_overhead + entry.build_id.size();
}

std::size_t get(format::Frame::Reader from, Frame& entry) {
    entry = {ModuleId(from.getModule()), StringId(from.getSymbol()), from.getOffset()};
    return 0;
}

std::size_t get(format::KernelStack::Reader from, KernelStack& entry) {
    entry.frames = numbers(from.getFrames());
    entry.truncated = from.getTruncated();
    return heap_overhead + entry.frames.size() * sizeof(std::uint32_t);
}

static_assert(user_stack_cut == format::USER_STACK_CUT);
static_assert(user_stack_unreadable == format::USER_STACK_UNREADABLE);
static_assert(user_stack_alternate == format::USER_STACK_ALTERNATE);
static_assert(user_stack_no_mappings == format::USER_STACK_NO_MAPPINGS);

// Places beyond the last that 16 bits can name, and words without a place, are left out.
std::size_t get(format::UserStack::Reader from, UserStack& entry) {
    entry.kind = known_or_unknown<UserStackKind>(from.getKind());
    entry.flags = from.getFlags();
    entry.bytes = from.getBytes();
    entry.registers = numbers(from.getRegisters());
    entry.pointers = numbers(from.getPointers());
    std::uint32_t next = 0;
    for (const std::uint16_t step : from.getPlaces()) {
        next += step;
        if (next > std::numeric_limits<std::uint16_t>::max())
            break;
        entry.places.push_back(static_cast<std::uint16_t>(next++));
    }
    if (entry.kind == UserStackKind::snapshot) {
        const std::size_t both = std::min(entry.places.size(), entry.pointers.size());
        entry.places.resize(both);
        entry.pointers.resize(both);
    }
    return heap_overhead + entry.registers.size() * sizeof(std::uint64_t) +
           entry.pointers.size() * sizeof(std::uint64_t) + entry.places.size() * sizeof(std::uint16_t);
}

std::string out_of_sequence(const char* name, std::uint64_t expected, std::uint64_t found) {
    return std::string("ids of ") + name + " go on with " + std::to_string(found) + " instead of " +
           std::to_string(expected);
}

std::string too_large(std::size_t limit) {
    return "the tables of this trace need more than " + std::to_string(limit >> 20) + " MiB of memory";
}

}  // namespace

bool TableStore::charge(std::size_t bytes) {
    if (bytes > max_bytes_ - bytes_)
        return false;
    bytes_ += bytes;
    return true;
}

template <class List, class Entry>
std::string TableStore::take_all(const char* name, std::uint64_t first, List list, std::deque<Entry>& into) {
    if (list.size() > 0 && first != into.size() + 1)
        return out_of_sequence(name, into.size() + 1, first);
    for (const auto item : list) {
        Entry entry;
        if (!charge(sizeof(Entry) + get(item, entry)))
            return too_large(max_bytes_);
        into.push_back(std::move(entry));
    }
    return {};
}

std::string TableStore::take_strings(format::Tables::Reader tables) {
    const auto list = tables.getStrings();
    if (list.size() > 0 && tables.getFirstString() != strings_.size() + 1)
        return out_of_sequence("strings", strings_.size() + 1, tables.getFirstString());
    for (const capnp::Data::Reader item : list) {
        if (!charge(sizeof(std::string_view) + item.size()))
            return too_large(max_bytes_);
        strings_.push_back(arena_.add(as_view(item)));
    }
    return {};
}

std::string TableStore::add(format::Tables::Reader from) {
    std::string fault = take_strings(from);
    const auto take = [&](const char* name, std::uint64_t first, auto list, auto& into) {
        if (fault.empty())
            fault = take_all(name, first, list, into);
    };
    auto& [namespaces, credentials, objects, modules, frames, stacks, user_stacks] = tables_;
    take("namespaces", from.getFirstNamespace(), from.getNamespaces(), namespaces);
    take("credentials", from.getFirstCredential(), from.getCredentials(), credentials);
    take("objects", from.getFirstObject(), from.getObjects(), objects);
    take("modules", from.getFirstModule(), from.getModules(), modules);
    take("frames", from.getFirstFrame(), from.getFrames(), frames);
    take("stacks", from.getFirstStack(), from.getStacks(), stacks);
    take("user stacks", from.getFirstUserStack(), from.getUserStacks(), user_stacks);
    return fault;
}

void TableStore::count(TraceReader::Statistics& into) const {
    const auto& [namespaces, credentials, objects, modules, frames, stacks, user_stacks] = tables_;
    into.strings = strings_.size();
    into.namespaces = namespaces.size();
    into.credentials = credentials.size();
    into.objects = objects.size();
    into.modules = modules.size();
    into.frames = frames.size();
    into.stacks = stacks.size();
    into.user_stacks = user_stacks.size();
}

}  // namespace caprec
