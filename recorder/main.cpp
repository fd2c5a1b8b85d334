// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "recorder/messages.h"
#include "recorder/options.h"
#include "recorder/session.h"
#include "schema/error.h"
#include "schema/standard_descriptors.h"
#include "schema/words/escape.h"

int main(int count, char** words) {
    caprec::fill_standard_descriptors();
    try {
        const caprec::CommandLine line = caprec::parse_command_line(std::vector<std::string>(words + 1, words + count));
        switch (line.request) {
            case caprec::Request::help: std::cout << caprec::help_text(); return 0;
            case caprec::Request::version: std::cout << "caprec " CAPREC_VERSION "\n"; return 0;
            case caprec::Request::record: return caprec::record(line.options, std::cerr);
        }
    } catch (const std::bad_alloc&) {
        std::cerr << "caprec: " << caprec::limit_text(ENOMEM) << "\n";
    } catch (const caprec::Error& error) {
        std::cerr << "caprec: " << error.what() << "\n";
    } catch (const std::exception& error) {  // not ours: its text may hold anybody's bytes
        std::cerr << "caprec: " << caprec::escape(error.what()) << "\n";
    }
    return caprec::exit_failed;
}
