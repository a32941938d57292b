// Package shim exports the upstream Docker provider, whose code is in an internal package. Its
// module path lies below the upstream one, which is what lets it import that package.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the upstream provider. version is what it reports in its user agent.
func NewProvider(version string) *schema.Provider {
	return provider.New(version)()
}
