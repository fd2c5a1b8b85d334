// SPDX-License-Identifier: Apache-2.0
#include "recorder/bpf_log.h"

#include <cstdarg>
#include <cstdio>
#include <sstream>

namespace caprec {
namespace {

std::string& text() {
    static thread_local std::string lines;
    return lines;
}

__attribute__((format(printf, 2, 0))) int take(libbpf_print_level level, const char* format, va_list arguments) {
    if (level != LIBBPF_WARN || text().size() > 2000)
        return 0;
    char line[400];
    const int length = std::vsnprintf(line, sizeof line, format, arguments);
    if (length > 0)
        text() += line;
    return length;
}

}  // namespace

BpfLog::BpfLog() : before_(libbpf_set_print(&take)) { text().clear(); }

BpfLog::~BpfLog() { libbpf_set_print(before_); }

std::string BpfLog::summary() {
    std::istringstream lines(text());
    for (std::string line; std::getline(lines, line);) {
        if (line.find("RLIMIT_MEMLOCK") != std::string::npos)
            continue;
        return line.starts_with("libbpf: ") ? line.substr(8) : line;
    }
    return {};
}

}  // namespace caprec
