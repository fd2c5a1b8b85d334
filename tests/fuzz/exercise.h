// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace caprec {

// Reads the bytes as a trace, looks at everything in it, analyzes it and prints the results to nowhere.  It must return
// for any bytes, and aborts when a promise of the interfaces is broken.
void exercise(std::span<const std::byte> bytes);

// Reads the text as a knowledge file; when it is one, explains all of it and judges a trace by it.  It must refuse with
// an Error or return, and aborts as above.  True: the text was one.
bool exercise_knowledge(std::string_view text);

// Reads the text as a policy of every format, and of the one it looks like; when it is one, checks a run against it.
// It must return, with problems or a policy, and aborts as above.  True: it is a policy of the format it looks like.
bool exercise_policy(std::string_view text);

}  // namespace caprec
