// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "recorder/mapping_events.h"
#include "schema/trace_tables.h"

namespace caprec {

// A file whose code is mapped, or memory with a name of its own ("//anon").
struct UserModule {
    std::string path, build_id;
    std::uint32_t device = 0;
    std::uint64_t inode = 0;
    ModuleId id{};  // the id in the trace; none: it is not in there
};

// The modules of all mappings, each once.  It is bounded, whatever a hostile command maps: when it is full it forgets
// modules that are not mapped, and a forgotten one that comes again is a new one.
class UserModules {
public:
    static constexpr std::size_t max_bytes = 64u << 20;
    explicit UserModules(std::size_t limit = max_bytes) : limit_(limit) {}

    std::shared_ptr<UserModule> find(const MappingRecord& record);  // null: there is no room

private:
    std::size_t limit_;
    std::shared_ptr<std::size_t> held_ = std::make_shared<std::size_t>(0);  // bytes, those still mapped included
    std::unordered_map<std::string, std::shared_ptr<UserModule>> modules_;  // by all that tells them apart
};

}  // namespace caprec
