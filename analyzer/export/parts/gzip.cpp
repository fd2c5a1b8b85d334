// SPDX-License-Identifier: Apache-2.0
#include "analyzer/export/parts/gzip.h"

#define ZLIB_CONST  // next_in is not written to
#include <zlib.h>
#include <algorithm>
#include <array>

#include "schema/error.h"

namespace caprec {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest window, and a header of gzip instead of zlib's
constexpr int memory_level = 8;
constexpr std::size_t step = 1u << 16;

class Deflate {
public:
    Deflate() {
        if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw Error("out of memory");
    }
    ~Deflate() { deflateEnd(&stream_); }
    Deflate(const Deflate&) = delete;
    Deflate& operator=(const Deflate&) = delete;

    void write(std::string_view bytes, bool last, std::ostream& out) {
        std::array<char, step> buffer{};
        stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
        stream_.avail_in = static_cast<uInt>(bytes.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = buffer.size();
            deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            out.write(buffer.data(), static_cast<std::streamsize>(buffer.size() - stream_.avail_out));
        } while (stream_.avail_out == 0);
    }

private:
    z_stream stream_{};
};

}  // namespace

void write_gzip(std::string_view bytes, std::ostream& out) {
    Deflate deflate;
    do {
        const std::string_view part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        deflate.write(part, bytes.empty(), out);
    } while (!bytes.empty());
}

}  // namespace caprec
