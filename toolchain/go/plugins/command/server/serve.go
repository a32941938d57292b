// Package server makes the resources of the npm package @pulumi/command available to the engine.
package server

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/resource/provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Serve answers the engine until that ends. version is the plugin's version, without a leading v.
func Serve(version string) error {
	return provider.Main("command", func(host *provider.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return New(version, host), nil
	})
}

// Host is where the server tells the user what is going on.
type Host interface {
	// LogStatus shows a message beside the resource while the engine works on it.
	LogStatus(ctx context.Context, severity diag.Severity, urn resource.URN, message string) error
}

// New returns a server that logs to host.
func New(version string, host Host) pulumirpc.ResourceProviderServer {
	ctx, cancel := context.WithCancelCause(context.Background())
	return &server{version: version, host: host, ctx: ctx, cancel: cancel}
}

type server struct {
	pulumirpc.UnimplementedResourceProviderServer

	version string
	host    Host
	ctx     context.Context // ends when the engine cancels
	cancel  context.CancelCauseFunc
}
