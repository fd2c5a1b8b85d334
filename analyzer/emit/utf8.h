// SPDX-License-Identifier: Apache-2.0
//
// Words that the recorder needs, too.
#pragma once

#include "schema/words/utf8.h"
