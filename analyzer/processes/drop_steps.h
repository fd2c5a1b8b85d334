// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/analysis/privilege.h"
#include "analyzer/containers/id_hash.h"
#include "schema/event_rows.h"
#include "schema/trace_tables.h"

namespace caprec {

// The steps in which programs gave up capabilities for good.  Drops by equal calls close to each other, as a loop over
// the bounding set makes them, are one step.
class DropSteps {
public:
    static constexpr std::size_t max_steps = 1u << 12;
    static constexpr std::size_t max_threads = 1u << 16;  // threads whose steps are counted
    static constexpr std::uint64_t most_apart = 4;        // most syscalls between two drops of one step

    struct Key {
        std::string image;
        std::uint64_t number = 0;  // counted from 1 in its thread
        std::string call;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Sets {
        CapabilitySet permitted, bounding;  // the capabilities that went
    };

    void on(const CredentialChangeRow& row, const Credential& before, const Credential& after, std::string_view image);
    void on(const ExecRow& row, const Credential& before, const Credential& after, std::string_view image);
    void thread_ended(std::uint64_t thread) { last_.erase(thread); }
    void add(const Key& key, const Sets& sets);

    const std::map<Key, Sets>& steps() const { return steps_; }
    bool limits_reached() const { return limits_reached_; }
    std::vector<DropStep> list() const;  // sorted by image and number

private:
    struct Last {
        std::uint64_t syscall = 0, sequence = 0, number = 0;
    };

    Last& last_of(std::uint64_t thread, Last& unknown);
    void add(std::string_view image, std::uint64_t number, std::string call, const Credential& before,
             const Credential& after);

    std::unordered_map<std::uint64_t, Last, IdHash> last_;  // by thread
    std::map<Key, Sets> steps_;
    bool limits_reached_ = false;
};

}  // namespace caprec
