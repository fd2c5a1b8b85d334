// SPDX-License-Identifier: Apache-2.0
#include "recorder/user_stacks.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace caprec {
namespace {

constexpr std::size_t max_known_stacks = 1u << 18;

std::uint64_t word_at(std::span<const std::byte> memory, std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, memory.data() + at, sizeof word);
    return word;
}

template <class CodeAt> void scrub_frames(std::span<const std::byte> memory, CodeAt code_at, UserStack& stack) {
    for (std::size_t at = 0; at + 8 <= memory.size(); at += 8)
        stack.pointers.push_back(code_at(word_at(memory, at)));
    if (stack.pointers.empty() || stack.pointers[0] == 0)
        stack.flags |= user_stack_no_mappings;
}

}  // namespace

UserStack scrub(const ev_user_stack& event, std::span<const std::byte> memory, const AddressSpace& space,
                const IdOf& id_of) {
    UserStack stack;
    stack.kind = static_cast<UserStackKind>(event.kind);
    stack.flags = event.flags;
    memory = memory.first(std::min<std::size_t>({memory.size(), event.bytes, EV_SNAPSHOT_BYTES}) & ~std::size_t{7});
    // Only mappings from before the stack was taken count: nothing is told of a later program, which may have more
    // privilege than the recorder's caller.
    const auto code_at = [&](std::uint64_t word) -> std::uint64_t {
        const Mapping* mapping = space.find(word, event.header.time);
        return mapping == nullptr ? 0 : encode({id_of(*mapping->module), word - mapping->start + mapping->offset});
    };
    if (stack.kind == UserStackKind::frame_pointers) {
        scrub_frames(memory, code_at, stack);
        return stack;
    }
    const std::uint64_t low = event.registers[EV_REGISTER_SP] & ~std::uint64_t{7};
    const auto pointer_in = [&](std::uint64_t word) -> std::uint64_t {
        if (word - low <= memory.size())  // the end included: the outermost frame's own address
            return encode({ModuleId(), word - low});
        return code_at(word);
    };
    stack.bytes = static_cast<std::uint32_t>(memory.size());
    for (const std::uint64_t word : event.registers)
        stack.registers.push_back(pointer_in(word));
    for (std::size_t at = 0; at + 8 <= memory.size(); at += 8) {
        if (const std::uint64_t pointer = pointer_in(word_at(memory, at)); pointer != 0) {
            stack.places.push_back(static_cast<std::uint16_t>(at / 8));
            stack.pointers.push_back(pointer);
        }
    }
    if (stack.registers[EV_REGISTER_IP] == 0)
        stack.flags |= user_stack_no_mappings;
    return stack;
}

UserStackTable::UserStackTable(Define define) : define_(std::move(define)), seed_(Digest::seed()) {}

Digest UserStackTable::digest(const UserStack& stack) const {
    Digest digest = seed_;
    digest.add(static_cast<std::uint64_t>(stack.kind) << 32 | stack.flags);
    digest.add(stack.bytes);
    for (const std::uint64_t word : stack.registers)
        digest.add(word);
    digest.add(stack.places.size());
    for (const std::uint16_t place : stack.places)
        digest.add(place);
    for (const std::uint64_t word : stack.pointers)
        digest.add(word);
    return digest;
}

UserStackId UserStackTable::id(const UserStack& stack) {
    if (known_.size() >= max_known_stacks)
        known_.clear();
    const auto [place, is_new] = known_.try_emplace(digest(stack));
    if (is_new)
        place->second = define_(stack);
    return place->second;
}

}  // namespace caprec
