// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/error.h"

namespace caprec {

// An Error with the kernel's answer, for callers that can say what helps against it.
class SystemError : public Error {
public:
    SystemError(const std::string& what, int number) : SystemError(what, number, errno_text(number)) {}
    SystemError(const std::string& what, int number, const std::string& answer)
        : Error(what + ": " + answer), number_(number) {}

    int number() const { return number_; }  // the errno

private:
    int number_;
};

}  // namespace caprec
