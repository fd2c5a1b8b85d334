// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <string>
#include <vector>

namespace caprec {

// The name of a new file that lies beside another one until it takes that one's place.  If it never does, it is
// removed, also when a signal ends the program.  There is one such file at a time.
class UnfinishedFile {
public:
    explicit UnfinishedFile(std::string target) : target_(std::move(target)) {}  // the target's last part is no link
    ~UnfinishedFile();
    UnfinishedFile(const UnfinishedFile&) = delete;
    UnfinishedFile& operator=(const UnfinishedFile&) = delete;

    int create();          // a descriptor for writing, mode 0600; -1, with errno: it cannot be made
    bool take_place();     // false, with errno: it cannot take it
    static void remove();  // removes the unfinished file, if any; also in a signal handler

private:
    void remove_on_signals();

    std::string target_;
    std::vector<struct sigaction> actions_before_;
};

}  // namespace caprec
