// Command greet greets whom the command line names.
package main

import (
	"fmt"
	"os"
)

// greeting is what is said to someone of this name.
func greeting(name string) string {
	return fmt.Sprintf("Hello, %s!", name)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: greet NAME")
		os.Exit(1)
	}
	fmt.Println(greeting(os.Args[1]))
}
