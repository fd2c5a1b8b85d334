// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace caprec {

// Reads a BPF ring buffer (Documentation/bpf/ringbuf.rst) in batches.
//
// libbpf's ring_buffer is not used, because it gives back each record by itself, and a write to the consumer's position
// costs every producer a cache miss; measured on a flood of checks, batches save a fifth of what a check costs.
class RingReader {
public:
    RingReader(int map_fd, std::size_t bytes);  // throws Error
    ~RingReader();
    RingReader(const RingReader&) = delete;
    RingReader& operator=(const RingReader&) = delete;

    std::uint64_t written() const;  // where the producers stand: a place for drain()

    // Gives every complete record before `end` to `handle`.  Room is given back to the producers as the reading goes
    // on, and also when `handle` throws; the record that it threw at counts as read.  False when it ended earlier, at a
    // record that is not yet complete.
    bool drain(const std::function<void(std::span<const std::byte> record)>& handle, std::uint64_t end);

private:
    std::size_t page_, bytes_;
    void* consumer_ = nullptr;        // one page: our position
    const void* producer_ = nullptr;  // one page: theirs; then the data, mapped twice in a row
};

}  // namespace caprec
