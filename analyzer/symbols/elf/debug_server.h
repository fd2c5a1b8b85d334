// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/symbols/elf/file_descriptor.h"

struct debuginfod_client;

namespace caprec {

// Asks the debuginfod servers of $DEBUGINFOD_URLS for files by build id.  Without that variable no library is loaded,
// and nothing goes to a network.
class DebugServer {
public:
    DebugServer() = default;
    ~DebugServer();
    DebugServer(const DebugServer&) = delete;
    DebugServer& operator=(const DebugServer&) = delete;

    static bool is_configured();

    // No file when no server has it, or none answers.  `build_id` is raw bytes.
    FileDescriptor executable(const std::string& build_id);
    FileDescriptor debug_info(const std::string& build_id);

    // Why no server can be asked although $DEBUGINFOD_URLS names one; otherwise empty.
    const std::string& problem() const { return problem_; }

private:
    using Find = int (*)(debuginfod_client*, const unsigned char*, int, char**);
    FileDescriptor ask(const char* function, const std::string& build_id);
    bool start();

    bool tried_ = false;
    void* library_ = nullptr;
    debuginfod_client* client_ = nullptr;
    std::string problem_;
};

}  // namespace caprec
