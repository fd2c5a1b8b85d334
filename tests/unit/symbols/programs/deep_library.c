// SPDX-License-Identifier: Apache-2.0
int library_walk(int depth, int (*back)(int));

__attribute__((noinline)) static int library_inner(int depth, int (*back)(int)) { return back(depth) + 1; }

int library_walk(int depth, int (*back)(int)) { return library_inner(depth, back) + 1; }
