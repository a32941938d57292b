// Command pulumi-resource-docker is the Docker plugin of the Pulumi engine.
package main

import (
	"hapg/toolchain/plugins/docker"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// version is the version of the npm package that this plugin serves; set by the linker.
var version = "0.0.0"

func main() {
	tfbridge.Main("docker", version, docker.Provider(version), nil)
}
