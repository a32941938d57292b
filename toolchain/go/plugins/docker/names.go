package docker

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

func configFields() map[string]*tfbridge.SchemaInfo {
	return map[string]*tfbridge.SchemaInfo{
		"host": {Default: &tfbridge.DefaultInfo{
			EnvVars: []string{"DOCKER_HOST"},
			Value:   "unix:///var/run/docker.sock",
		}},
		"registry_auth": singular("registryAuth"),
	}
}

func resources() map[string]*tfbridge.ResourceInfo {
	container := resource("Container")
	// Two containers cannot have one name or one host port.
	container.DeleteBeforeReplace = true
	container.Fields = map[string]*tfbridge.SchemaInfo{
		"command":           singular("command"),
		"networks_advanced": singular("networksAdvanced"),
	}
	image := resource("RemoteImage")
	// An image's name says what to pull or how to tag: a random suffix would make no sense.
	image.Fields = map[string]*tfbridge.SchemaInfo{"name": singular("name")}

	return map[string]*tfbridge.ResourceInfo{
		"docker_buildx_builder": resource("BuildxBuilder"),
		"docker_config":         resource("ServiceConfig"),
		"docker_container":      container,
		"docker_image":          image,
		"docker_network":        resource("Network"),
		"docker_plugin":         resource("Plugin"),
		"docker_registry_image": resource("RegistryImage"),
		"docker_secret":         resource("Secret"),
		"docker_service":        resource("Service"),
		"docker_tag":            resource("Tag"),
		"docker_volume":         resource("Volume"),
	}
}

func dataSources() map[string]*tfbridge.DataSourceInfo {
	return map[string]*tfbridge.DataSourceInfo{
		"docker_image":                    function("getRemoteImage"),
		"docker_logs":                     function("getLogs"),
		"docker_network":                  function("getNetwork"),
		"docker_plugin":                   function("getPlugin"),
		"docker_registry_image":           function("getRegistryImage"),
		"docker_registry_image_manifests": function("getRegistryImageManifests"),
	}
}

// singular keeps the bridge from giving a list's name a plural form.
func singular(name string) *tfbridge.SchemaInfo {
	return &tfbridge.SchemaInfo{Name: name}
}

func resource(name string) *tfbridge.ResourceInfo {
	return &tfbridge.ResourceInfo{Tok: tokens.Type(token(name))}
}

func function(name string) *tfbridge.DataSourceInfo {
	return &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(token(name))}
}

// token returns the name by which the npm package asks for a resource or function.
func token(name string) string {
	module := strings.ToLower(name[:1]) + name[1:]
	return "docker:index/" + module + ":" + name
}
