// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bpf/bpf.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "recorder/uninterrupted.h"
#include "schema/trace_tables.h"

namespace caprec {

// How much of the ring buffer has been read, in bytes: all that was in it at one point has left it a lap later.
struct RingProgress {
    std::uint64_t read = 0, lap = 0;
};

struct ContentSource {
    int map = -1;                           // the map's descriptor
    std::size_t entries = 0;                // the most that the map can hold
    const std::uint64_t* put_in = nullptr;  // how many the kernel side has put into the map
};

// Contents that the kernel side keeps once, under a key that events carry (struct ev_cred, ev_stack, ev_object).
// Each is read when its key is first met, and is then known by the id that `define` gave it.
//
// Both sides are bounded.  The kernel side counts what it puts into its map; when that is half full, all of it is read
// and taken out, and a content that the kernel meets again is put there again.  Known ids that were not met while
// `most_known` others were are forgotten; never one that an event in the ring may still name.
template <class Content, class ContentId> class ContentMap {
public:
    using Define = std::function<ContentId(const Content&)>;
    ContentMap(ContentSource source, std::size_t most_known, const RingProgress& ring, Define define)
        : source_(source), most_known_(most_known), ring_(ring), define_(std::move(define)) {}

    // None for key 0, and for a content that is gone; the latter is counted in lost().
    ContentId id(std::uint64_t key) {
        const ContentId found = find(key);
        lost_ += key != 0 && !found;
        return found;
    }

    // The same, but nothing is counted: for contents that were told once, perhaps long ago.
    ContentId find(std::uint64_t key) {
        if (key == 0)
            return {};
        if (__atomic_load_n(source_.put_in, __ATOMIC_ACQUIRE) - taken_out_ >= source_.entries / 2)
            take_out();
        if (key == last_key_)
            return last_id_;
        ContentId found = known(key);
        if (!found) {
            Content content{};
            if (!look_up(key, content))
                return {};
            found = young_.emplace(key, define_(content)).first->second;
        }
        last_key_ = key;
        last_id_ = found;
        return found;
    }

    // The content; nothing when it was taken out before.
    std::optional<Content> content(std::uint64_t key) const {
        Content content{};
        return key != 0 && look_up(key, content) ? std::optional(content) : std::nullopt;
    }

    std::uint64_t lost() const { return lost_; }

private:
    static constexpr std::uint32_t batch = 4096;

    bool look_up(std::uint64_t key, Content& content) const {
        const Uninterrupted now;
        return bpf_map_lookup_elem(source_.map, &key, &content) == 0;
    }

    // The id of a key; none: not known.  A key that is asked for stays known for a while.
    ContentId known(std::uint64_t key) {
        if (const auto found = young_.find(key); found != young_.end())
            return found->second;
        const auto found = old_.find(key);
        if (found == old_.end())
            return {};
        const ContentId id = found->second;
        old_.erase(found);
        young_.emplace(key, id);
        return id;
    }

    void take_out() {
        std::vector<std::uint64_t> keys(std::min<std::size_t>(batch, source_.entries));
        std::vector<Content> contents(keys.size());
        std::uint32_t place = 0, count = 0;
        bool first = true, more = true;
        while (more) {
            count = static_cast<std::uint32_t>(keys.size());
            {
                const Uninterrupted now;
                more = bpf_map_lookup_and_delete_batch(source_.map, first ? nullptr : &place, &place, keys.data(),
                                                       contents.data(), &count, nullptr) == 0;
            }
            first = false;
            for (std::uint32_t i = 0; i < count; ++i)
                if (!known(keys[i]))
                    young_.emplace(keys[i], define_(contents[i]));
            taken_out_ += count;
        }
        forget();
    }

    void forget() {
        if (young_.size() < most_known_ || ring_.read - forgot_at_ < ring_.lap)
            return;
        old_ = std::move(young_);
        young_ = {};
        forgot_at_ = ring_.read;
    }

    ContentSource source_;
    std::size_t most_known_;
    const RingProgress& ring_;
    Define define_;
    std::unordered_map<std::uint64_t, ContentId> young_, old_;
    std::uint64_t taken_out_ = 0, forgot_at_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t last_key_ = 0;
    ContentId last_id_{};
};

}  // namespace caprec
