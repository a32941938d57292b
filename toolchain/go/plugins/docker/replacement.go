package docker

import "github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

// replaceInsteadOfUpdate marks the container's fields that upstream neither updates nor declares
// to force a replacement. Unmarked, a change of one is reported as an update, changes nothing, and
// is reported again the next time.
func replaceInsteadOfUpdate(provider *schema.Provider) {
	container := provider.ResourcesMap["docker_container"].Schema
	for _, name := range []string{"cpu_period", "cpu_quota", "init", "tmpfs"} {
		container[name].ForceNew = true
	}
	for _, field := range container["healthcheck"].Elem.(*schema.Resource).Schema {
		field.ForceNew = true
	}
}
