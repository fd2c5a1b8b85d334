// SPDX-License-Identifier: Apache-2.0
#include "analyzer/symbols/elf/debug_server.h"

#include <dlfcn.h>
#include <elfutils/debuginfod.h>
#include <cstdlib>

namespace caprec {

bool DebugServer::is_configured() {
    const char* urls = std::getenv(DEBUGINFOD_URLS_ENV_VAR);
    return urls != nullptr && *urls != '\0';
}

DebugServer::~DebugServer() {
    if (client_ != nullptr) {
        const auto end = reinterpret_cast<decltype(&::debuginfod_end)>(::dlsym(library_, "debuginfod_end"));
        if (end != nullptr)
            end(client_);
    }
    // The library stays loaded: the network library that it uses does not survive being unloaded everywhere.
}

bool DebugServer::start() {
    if (tried_ || !is_configured())
        return client_ != nullptr;
    tried_ = true;
#ifdef CAPREC_STATIC
    problem_ = "is set, but this static build cannot load " DEBUGINFOD_SONAME ": no server was asked";
    return false;
#else
    library_ = ::dlopen(DEBUGINFOD_SONAME, RTLD_NOW | RTLD_LOCAL);
    const auto begin = library_ == nullptr
                           ? nullptr
                           : reinterpret_cast<decltype(&::debuginfod_begin)>(::dlsym(library_, "debuginfod_begin"));
    client_ = begin == nullptr ? nullptr : begin();
    if (client_ == nullptr)
        problem_ = "is set, but " DEBUGINFOD_SONAME " cannot be used: no server was asked";
    return client_ != nullptr;
#endif
}

FileDescriptor DebugServer::ask(const char* function, const std::string& build_id) {
    if (build_id.empty() || !start())
        return {};
    const auto find = reinterpret_cast<Find>(::dlsym(library_, function));
    if (find == nullptr)
        return {};
    const int descriptor = find(client_, reinterpret_cast<const unsigned char*>(build_id.data()),
                                static_cast<int>(build_id.size()), nullptr);
    return descriptor < 0 ? FileDescriptor() : FileDescriptor(descriptor);
}

FileDescriptor DebugServer::executable(const std::string& build_id) {
    return ask("debuginfod_find_executable", build_id);
}

FileDescriptor DebugServer::debug_info(const std::string& build_id) {
    return ask("debuginfod_find_debuginfo", build_id);
}

}  // namespace caprec
