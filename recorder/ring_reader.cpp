// SPDX-License-Identifier: Apache-2.0
#include "recorder/ring_reader.h"

#include "recorder/system_error.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace caprec {
namespace {

constexpr std::uint64_t largest_batch = 256u << 10;

std::uint64_t load(const void* position) {
    return __atomic_load_n(static_cast<const unsigned long*>(position), __ATOMIC_ACQUIRE);
}

// Gives the room of what was read back to the producers when it goes out of scope, whatever the reason.
class Position {
public:
    explicit Position(void* place) : place_(place), value_(load(place)) {}
    ~Position() { publish(); }
    Position(const Position&) = delete;
    Position& operator=(const Position&) = delete;

    std::uint64_t value() const { return value_; }
    void advance(std::uint64_t bytes) {
        value_ += bytes;
        unpublished_ += bytes;
        if (unpublished_ >= batch_)
            publish();
    }
    void batch(std::uint64_t bytes) { batch_ = bytes; }

private:
    void publish() {
        __atomic_store_n(static_cast<unsigned long*>(place_), value_, __ATOMIC_RELEASE);
        unpublished_ = 0;
    }
    void* place_;
    std::uint64_t value_, unpublished_ = 0, batch_ = largest_batch;
};

// Moves the position when the record has been used, or has thrown.
class Step {
public:
    Step(Position& position, std::uint64_t bytes) : position_(position), bytes_(bytes) {}
    ~Step() { position_.advance(bytes_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

private:
    Position& position_;
    std::uint64_t bytes_;
};

}  // namespace

RingReader::RingReader(int map_fd, std::size_t bytes)
    : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))), bytes_(bytes) {
    void* consumer = mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    if (consumer == MAP_FAILED)
        throw SystemError("cannot map the ring buffer", errno);
    void* producer = mmap(nullptr, page_ + 2 * bytes_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page_));
    if (producer == MAP_FAILED) {
        const int error = errno;
        munmap(consumer, page_);
        throw SystemError("cannot map the ring buffer", error);
    }
    consumer_ = consumer;
    producer_ = producer;
}

RingReader::~RingReader() {
    munmap(consumer_, page_);
    munmap(const_cast<void*>(producer_), page_ + 2 * bytes_);
}

std::uint64_t RingReader::written() const { return load(producer_); }

bool RingReader::drain(const std::function<void(std::span<const std::byte>)>& handle, std::uint64_t end) {
    const auto* data = static_cast<const std::byte*>(producer_) + page_;
    Position position(consumer_);
    position.batch(std::min<std::uint64_t>(largest_batch, bytes_ / 16));
    while (position.value() < end) {
        const std::byte* record = data + (position.value() & (bytes_ - 1));
        const std::uint32_t header = __atomic_load_n(reinterpret_cast<const std::uint32_t*>(record), __ATOMIC_ACQUIRE);
        if ((header & BPF_RINGBUF_BUSY_BIT) != 0)
            return false;  // reserved and not yet submitted
        const std::uint32_t size = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        const Step step(position, (std::uint64_t{size} + BPF_RINGBUF_HDR_SZ + 7) & ~std::uint64_t{7});
        if ((header & BPF_RINGBUF_DISCARD_BIT) == 0)
            handle({record + BPF_RINGBUF_HDR_SZ, size});
    }
    return true;
}

}  // namespace caprec
