// Package tls maps the upstream TLS provider to the resources and functions of the npm package
// @pulumi/tls.
package tls

import (
	"github.com/hashicorp/terraform-provider-tls/shim"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
)

// Provider describes the TLS provider to the bridge. version is the plugin's version, without a
// leading v.
func Provider(version string) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       pf.ShimProvider(shim.NewProvider()),
		Name:    "tls",
		Version: version,
		// Required, though it only serves to keep names stable when upstream is raised.
		MetadataInfo:                  tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccuratePFBridgePreview: true,
	}
	info.MustComputeTokens(tokens.SingleModule("tls_", "index", tokens.MakeStandard("tls")))
	return info
}
