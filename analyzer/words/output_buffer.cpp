// SPDX-License-Identifier: Apache-2.0
#include "analyzer/words/output_buffer.h"

#include "schema/error.h"

namespace caprec {

void OutputBuffer::flush() {
    out_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    text_.clear();
    if (!out_)
        throw Error("cannot write the output: is the disk full?");
}

}  // namespace caprec
