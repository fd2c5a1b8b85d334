// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace caprec {

// The bytes of a file, mapped in one piece.  The file may be replaced meanwhile, as package managers do; but reading
// one that was truncated raises SIGBUS (see main.cpp).
class FileImage {
public:
    static constexpr std::uint64_t max_bytes = std::uint64_t{64} << 30;

    FileImage() = default;
    FileImage(FileImage&& other) noexcept
        : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    FileImage& operator=(FileImage&& other) noexcept {
        std::swap(start_, other.start_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~FileImage();

    // Maps an open regular file, which may be closed afterwards.  Throws Error, which does not name the file.
    static FileImage map(int descriptor);
    // The bytes are all zero, to be written to.  Unwritten bytes take no memory.
    static FileImage zeros(std::uint64_t bytes);

    std::string_view bytes() const { return {start_, size_}; }
    char* data() { return start_; }
    void write(std::uint64_t offset, std::string_view bytes);  // to an image from zeros(); within its size
    explicit operator bool() const { return start_ != nullptr; }

private:
    FileImage(void* start, std::size_t size) : start_(static_cast<char*>(start)), size_(size) {}

    char* start_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace caprec
