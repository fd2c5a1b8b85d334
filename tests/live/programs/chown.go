// SPDX-License-Identifier: Apache-2.0
//
// usage: chown FILE [goroutine]
// Gives the file to nobody, some functions deep.
package main

import "os"

type shelf struct{ names []string }

//go:noinline
func (s *shelf) each(visit func(string) error) error {
	for _, name := range s.names {
		if err := visit(name); err != nil {
			return err
		}
	}
	return nil
}

//go:noinline
func give(name string, depth int) error {
	var room [64]byte
	room[depth] = 1
	if depth > 0 {
		err := give(name, depth-1)
		room[depth]++
		return err
	}
	return os.Chown(name, 65534, 65534)
}

func main() {
	work := func() error {
		return (&shelf{os.Args[1:2]}).each(func(name string) error { return give(name, 5) })
	}
	var err error
	if len(os.Args) > 2 {
		done := make(chan error)
		go func() { done <- work() }()
		err = <-done
	} else {
		err = work()
	}
	if err != nil {
		println(err.Error())
		os.Exit(99)
	}
}
