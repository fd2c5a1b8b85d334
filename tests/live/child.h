// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace caprec {

struct Launch {
    std::vector<std::string> argv;         // a name without slash is looked up in PATH
    std::string directory;                 // working directory; empty: the test's
    std::vector<std::string> environment;  // NAME=VALUE, besides the test's own
    std::function<void()> prepare;         // runs in the new process before the exec, to change what that inherits
    int standard_output = -1;              // a descriptor instead of the captured one
    bool terminal = false;                 // a session of its own on a pseudo terminal, whose text is out()
};

struct Ended {
    int status = -1;  // exit status; -1: a signal ended it
    int signal = 0;
    std::string out, err;
};

// A program that a test runs.  Its output goes to files in memory, so that nothing waits for a reader.
class Child {
public:
    explicit Child(const Launch& launch);
    ~Child();  // kills it when it still runs
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }
    void signal(int number) const;
    void type(const std::string& keys) const;  // on its terminal

    std::string out();  // the output so far
    std::string err() const;
    bool wait_for_output(const std::string& text, int times = 1);  // false: it did not come in five minutes

    // Waits for its end.  After ten minutes the end is forced, and `signal` is SIGKILL.
    Ended wait();
    bool ended();

private:
    void read_terminal();

    pid_t pid_ = -1;
    int out_ = -1, err_ = -1, terminal_ = -1;
    std::string terminal_text_;
    std::optional<int> status_;
};

// Runs the program to its end.
Ended run(const Launch& launch);

// True as soon as the condition holds; false after five minutes.
bool eventually(const std::function<bool()>& condition);

// Kills all processes below the test's, orphans included, until none is left.  From collect_orphans() on orphans come
// to the test's process.
void collect_orphans();
void end_descendants();

}  // namespace caprec
