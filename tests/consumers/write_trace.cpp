// SPDX-License-Identifier: Apache-2.0
//
// Writes one of the traces of the golden tests to standard output, for the tests of the consumers.
// usage: write_trace NAME
#include <iostream>
#include <string_view>

#include "tests/golden/sample_trace.h"
#include "tests/support/machine_trace.h"

namespace {

struct Row {
    std::string_view name;
    caprec::Bytes (*make)();
};
constexpr Row rows[] = {
    {"real", caprec::real_trace},       {"daemon", caprec::daemon_trace}, {"denied", caprec::denied_trace},
    {"hostile", caprec::hostile_trace}, {"lossy", caprec::lossy_trace},   {"tasks", caprec::task_trace},
    {"callers", caprec::caller_trace},  {"chown", caprec::chown_trace},   {"machine", caprec::machine_trace},
};

}  // namespace

int main(int argc, char** argv) {
    for (const Row& row : rows) {
        if (argc == 2 && row.name == argv[1]) {
            const caprec::Bytes bytes = row.make();
            std::cout.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
            return std::cout.flush() ? 0 : 1;
        }
    }
    std::cerr << "usage: write_trace NAME\n";
    return 2;
}
