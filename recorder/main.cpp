// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "recorder/options.h"
#include "recorder/session.h"

int main(int count, char** words) {
    try {
        const caprec::CommandLine line = caprec::parse_command_line(std::vector<std::string>(words + 1, words + count));
        switch (line.request) {
            case caprec::Request::help: std::cout << caprec::help_text(); return 0;
            case caprec::Request::version: std::cout << "caprec " CAPREC_VERSION "\n"; return 0;
            case caprec::Request::record: return caprec::record(line.options, std::cerr);
        }
    } catch (const std::exception& error) {
        std::cerr << "caprec: " << error.what() << "\n";
    }
    return caprec::exit_failed;
}
