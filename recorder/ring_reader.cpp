// SPDX-License-Identifier: Apache-2.0
#include "recorder/ring_reader.h"

#include "recorder/system_error.h"

#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <new>
#include <utility>

namespace caprec {
namespace {

constexpr std::uint64_t largest_batch = 256u << 10;
constexpr std::size_t largest_chunk = 1u << 20;

std::uint64_t load(const void* position) {
    return __atomic_load_n(static_cast<const unsigned long*>(position), __ATOMIC_ACQUIRE);
}

// When it goes out of scope, for whatever reason, gives the room of all that was read back to the producers.
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
    : fd_(map_fd),
      page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
      bytes_(bytes),
      chunk_(std::min(largest_chunk, bytes)),
      is_mapped_(2 * bytes / chunk_) {
    consumer_ = map(nullptr, page_, PROT_READ | PROT_WRITE, 0);
    producer_ = map(nullptr, page_, PROT_READ, page_);
    data_ = mmap(nullptr, 2 * bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (consumer_ == MAP_FAILED || producer_ == MAP_FAILED || data_ == MAP_FAILED) {
        const int error = errno;
        unmap();
        throw SystemError("cannot map the ring buffer", error);
    }
}

RingReader::~RingReader() { unmap(); }

void* RingReader::map(void* at, std::size_t bytes, int protection, std::size_t offset) const {
    return mmap(at, bytes, protection, MAP_SHARED | (at != nullptr ? MAP_FIXED : 0), fd_, static_cast<off_t>(offset));
}

void RingReader::unmap() {
    for (const auto& [mapped, bytes] : {std::pair(consumer_, page_), {producer_, page_}, {data_, 2 * bytes_}})
        if (mapped != MAP_FAILED)
            munmap(mapped, bytes);
}

const std::byte* RingReader::data(std::size_t begin, std::size_t bytes) {
    auto* all = static_cast<std::byte*>(data_);
    for (std::size_t chunk = begin / chunk_; chunk * chunk_ < begin + bytes; ++chunk) {
        if (is_mapped_[chunk])
            continue;
        if (map(all + chunk * chunk_, chunk_, PROT_READ, 2 * page_ + chunk * chunk_) == MAP_FAILED)
            throw std::bad_alloc();
        is_mapped_[chunk] = 1;
    }
    return all + begin;
}

std::uint64_t RingReader::written() const { return load(producer_); }

bool RingReader::drain(const std::function<void(std::span<const std::byte>)>& handle, std::uint64_t end) {
    Position position(consumer_);
    position.batch(std::min<std::uint64_t>(largest_batch, bytes_ / 16));
    while (position.value() < end) {
        const std::size_t place = position.value() & (bytes_ - 1);
        const std::byte* record = data(place, BPF_RINGBUF_HDR_SZ);
        const std::uint32_t header = __atomic_load_n(reinterpret_cast<const std::uint32_t*>(record), __ATOMIC_ACQUIRE);
        if ((header & BPF_RINGBUF_BUSY_BIT) != 0)
            return false;  // reserved and not yet submitted
        const std::uint32_t size = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        const Step step(position, (std::uint64_t{size} + BPF_RINGBUF_HDR_SZ + 7) & ~std::uint64_t{7});
        if ((header & BPF_RINGBUF_DISCARD_BIT) == 0)
            handle({data(place + BPF_RINGBUF_HDR_SZ, size), size});
    }
    return true;
}

}  // namespace caprec
