// SPDX-License-Identifier: Apache-2.0
#include "schema/error.h"

#include <cstring>

namespace caprec {

std::string errno_text(int number) {
    const char* text = strerrordesc_np(number);  // unlike strerror: no locale, no shared buffer
    return std::string(text ? text : "Unknown error") + " (" + std::to_string(number) + ")";
}

}  // namespace caprec
