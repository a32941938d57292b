package docker

import (
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// replaceInsteadOfUpdate marks the container's fields that upstream neither updates nor declares
// to force a replacement. Unmarked, a change of one is reported as an update, changes nothing, and
// is reported again the next time.
func replaceInsteadOfUpdate(provider *schema.Provider) {
	container := provider.ResourcesMap["docker_container"].Schema
	for _, name := range []string{"cpu_period", "cpu_quota", "init", "tmpfs"} {
		container[name].ForceNew = true
	}
	healthcheck := container["healthcheck"].Elem.(*schema.Resource).Schema
	for _, field := range healthcheck {
		field.ForceNew = true
	}
	// The Engine reports 90s as 1m30s: that must not replace the container each time.
	for _, name := range []string{"interval", "timeout", "start_period", "start_interval"} {
		healthcheck[name].DiffSuppressFunc = sameDuration
	}
}

func sameDuration(_, old, new string, _ *schema.ResourceData) bool {
	before, errBefore := time.ParseDuration(old)
	after, errAfter := time.ParseDuration(new)
	return errBefore == nil && errAfter == nil && before == after
}
