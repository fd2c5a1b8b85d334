// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace caprec {

// "Cannot go on": thrown anywhere, caught once in each main().  The text names the cause and, where there is
// one, the next step; it carries no program name and no final newline.  Expected outcomes are values instead.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// The text of an errno value in the C locale, with its number: "Permission denied (13)".
std::string errno_text(int number);

}  // namespace caprec
