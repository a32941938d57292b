// Package docker maps the upstream Docker provider to the resources of the npm package
// @pulumi/docker. The package's docker.Image is not among them: it is no part of the upstream
// provider. RemoteImage builds images too.
package docker

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

// maxNameLength is the longest name given to a resource that the program does not name.
const maxNameLength = 255

// Provider describes the Docker provider to the bridge. version is the plugin's version, without
// a leading v.
func Provider(version string) tfbridge.ProviderInfo {
	upstream := shim.NewProvider(version)
	replaceInsteadOfUpdate(upstream)
	info := tfbridge.ProviderInfo{
		P:           sdkv2.NewProvider(upstream),
		Name:        "docker",
		Version:     version,
		Config:      configFields(),
		Resources:   resources(),
		DataSources: dataSources(),
	}
	info.SetAutonaming(maxNameLength, "-")
	return info
}
