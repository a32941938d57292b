// Command pulumi-resource-command is the command plugin of the Pulumi engine.
package main

import (
	"fmt"
	"os"

	"hapg/toolchain/plugins/command/server"
)

// version is the version of the npm package that this plugin serves; set by the linker.
var version = "0.0.0"

func main() {
	if err := server.Serve(version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
