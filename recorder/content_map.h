// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bpf/bpf.h>

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "schema/trace_tables.h"

namespace caprec {

// Contents that the kernel side keeps once, under a key that events carry (struct ev_cred, ev_stack, ev_object).
// Each is read when its key is first met, and is then known by the id that `define` gave it.
//
// Both sides are bounded: read contents leave the kernel's map before it is full, and when too many keys are known
// all are forgotten; a content that is met again is then defined again.
template <class Content> class ContentMap {
public:
    ContentMap(int fd, std::size_t kernel_entries, std::function<Id(const Content&)> define)
        : fd_(fd), kernel_limit_(kernel_entries / 2), define_(std::move(define)) {}

    // 0 for key 0, and for a content that is gone; the latter is counted in lost().
    Id id(std::uint64_t key) {
        if (key == 0)
            return 0;
        if (key == last_key_)
            return last_id_;
        auto known = ids_.find(key);
        if (known == ids_.end()) {
            Content content{};
            if (bpf_map_lookup_elem(fd_, &key, &content) != 0) {
                ++lost_;
                return 0;
            }
            make_room();
            known = ids_.emplace(key, define_(content)).first;
            ++in_kernel_;
        }
        last_key_ = key;
        last_id_ = known->second;
        return last_id_;
    }

    std::uint64_t lost() const { return lost_; }

private:
    static constexpr std::size_t max_known = 1u << 20;

    void make_room() {
        if (in_kernel_ >= kernel_limit_) {
            for (const auto& [key, id] : ids_)
                (void)bpf_map_delete_elem(fd_, &key);
            in_kernel_ = 0;
        }
        if (ids_.size() >= max_known)
            ids_.clear();
    }

    int fd_;
    std::size_t kernel_limit_;
    std::function<Id(const Content&)> define_;
    std::unordered_map<std::uint64_t, Id> ids_;
    std::size_t in_kernel_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t last_key_ = 0;
    Id last_id_ = 0;
};

}  // namespace caprec
