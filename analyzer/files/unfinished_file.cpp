// SPDX-License-Identifier: Apache-2.0
#include "analyzer/files/unfinished_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

namespace caprec {
namespace {

constexpr int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXFSZ};

std::array<char, PATH_MAX> unfinished{};  // its name, for signal handlers; empty: there is none

void remove_and_end(int number) {
    UnfinishedFile::remove();
    ::raise(number);  // again, without our handler: whoever waits for the program sees what ended it
}

}  // namespace

void UnfinishedFile::remove() {
    if (unfinished[0] != '\0')
        ::unlink(unfinished.data());
    unfinished[0] = '\0';
}

UnfinishedFile::~UnfinishedFile() {
    remove();
    for (std::size_t i = 0; i < actions_before_.size(); ++i)
        ::sigaction(ending_signals[i], &actions_before_[i], nullptr);
}

int UnfinishedFile::create() {
    const std::string name = target_.substr(0, target_.rfind('/') + 1) + ".capanalyze-unfinished-XXXXXX";
    if (name.size() >= unfinished.size()) {
        errno = ENAMETOOLONG;
        return -1;
    }
    *std::copy(name.begin(), name.end(), unfinished.begin()) = '\0';
    remove_on_signals();
    const int descriptor = ::mkostemp(unfinished.data(), O_CLOEXEC);
    if (descriptor < 0)
        unfinished[0] = '\0';
    return descriptor;
}

void UnfinishedFile::remove_on_signals() {
    struct sigaction action {};
    action.sa_handler = remove_and_end;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int number : ending_signals) {
        struct sigaction& before = actions_before_.emplace_back();
        if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_DFL)  // not those that nohup ignores
            ::sigaction(number, &action, nullptr);
    }
}

bool UnfinishedFile::take_place() {
    if (std::rename(unfinished.data(), target_.c_str()) != 0)
        return false;
    unfinished[0] = '\0';
    return true;
}

}  // namespace caprec
