// Package random maps the upstream random provider to the resources of the npm package
// @pulumi/random.
package random

import (
	"context"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/shim"
)

// Provider describes the random provider to the bridge. version is the plugin's version, without
// a leading v.
func Provider(version string) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       pf.ShimProvider(shim.NewProvider()),
		Name:    "random",
		Version: version,
		Resources: map[string]*tfbridge.ResourceInfo{
			"random_bytes": {ComputeID: bytesID},
		},
		// Required, though it only serves to keep names stable when upstream is raised.
		MetadataInfo:                  tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccuratePFBridgePreview: true,
	}
	token := tokens.MakeStandard("random")
	info.MustComputeTokens(tokens.SingleModule("random_", "index",
		func(module, name string) (string, error) { return token(module, "Random"+name) }))
	return info
}

// bytesID gives every RandomBytes the same id, as RandomPassword has upstream: ids are stored and
// shown in clear text, so the bytes themselves must not be in one.
func bytesID(context.Context, resource.PropertyMap) (resource.ID, error) {
	return "none", nil
}
