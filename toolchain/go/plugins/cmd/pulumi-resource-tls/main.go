// Command pulumi-resource-tls is the TLS plugin of the Pulumi engine.
package main

import (
	"context"

	"hapg/toolchain/plugins/tls"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

// version is the version of the npm package that this plugin serves; set by the linker.
var version = "0.0.0"

func main() {
	// The engine asks for the schema only to generate SDKs, and the SDK comes from npm.
	metadata := tfbridge.ProviderMetadata{PackageSchema: []byte(`{"name":"tls"}`)}
	tfbridge.Main(context.Background(), "tls", tls.Provider(version), metadata)
}
