// Package shim exports the upstream TLS provider, whose code is in an internal package. Its
// module path lies below the upstream one, which is what lets it import that package.
package shim

import (
	upstream "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-provider-tls/internal/provider"
)

// NewProvider returns the upstream provider.
func NewProvider() upstream.Provider {
	return provider.New()
}
