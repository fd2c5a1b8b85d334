// SPDX-License-Identifier: Apache-2.0
//
// Calls that go to and fro between a program and a library.  The line of each call ends with the name of the function
// it stands in: the tests find the truth about lines there.
#pragma once

typedef int Step(int number);

int library_open(Step* next, int number);
int library_sort(Step* next, int number);
int library_room(Step* next, int number);
