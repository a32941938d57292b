package docker

import (
	"context"
	"strings"
	"testing"

	"hapg/toolchain/plugins/internal/npmtypes"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

func TestInputsAreThoseOfTheNpmPackage(t *testing.T) {
	npmtypes.Load(t, "docker").CheckInputs(t, Provider("0.0.0"))
}

func TestEveryResourceOfTheNpmPackageIsThere(t *testing.T) {
	known := map[string]bool{"Image": true, "Provider": true} // the first is left out on purpose
	for _, resource := range Provider("0.0.0").Resources {
		known[string(resource.Tok.Name())] = true
	}
	for name := range npmtypes.Load(t, "docker") {
		resource, isResource := strings.CutSuffix(name, "State")
		if isResource && !known[resource] {
			t.Errorf("%s is missing", resource)
		}
	}
}

func TestFunctionsAreThoseOfTheNpmPackage(t *testing.T) {
	npmtypes.Load(t, "docker").CheckFunctions(t, Provider("0.0.0"))
}

// A program need not name what the npm package lets it leave unnamed.
func TestNamesAreMadeUpWhereTheyMayBeLeftOut(t *testing.T) {
	declared := npmtypes.Load(t, "docker")
	for key, resource := range Provider("0.0.0").Resources {
		name, ok := declared[string(resource.Tok.Name())+"Args"]["name"]
		if !ok {
			continue
		}
		field := resource.Fields["name"]
		automatic := field != nil && field.Default != nil && field.Default.AutoNamed
		if automatic != name.Optional {
			t.Errorf("%s: name may be left out: %t, is made up: %t", key, name.Optional, automatic)
		}
	}
}

func TestWhatCannotBeUpdatedIsReplaced(t *testing.T) {
	provider := shim.NewProvider("0.0.0")
	replaceInsteadOfUpdate(provider)
	container := provider.ResourcesMap["docker_container"].Schema
	healthcheck := container["healthcheck"].Elem.(*schema.Resource).Schema
	for name, field := range map[string]*schema.Schema{
		"init": container["init"], "tmpfs": container["tmpfs"],
		"healthcheck.test": healthcheck["test"], "healthcheck.interval": healthcheck["interval"],
	} {
		if !field.ForceNew {
			t.Errorf("a change of %s does not replace the container", name)
		}
	}
	for _, name := range []string{"memory", "memory_swap", "restart", "must_run"} {
		if container[name].ForceNew {
			t.Errorf("a change of %s replaces the container, which upstream can update", name)
		}
	}
}

func TestBridgeAcceptsTheDescription(t *testing.T) {
	info := Provider("0.0.0")
	if err := info.Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestDurationsAreComparedByLength(t *testing.T) {
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"1m30s", "90s", true}, {"1h0m0s", "1h", true}, {"0s", "0s", true},
		{"1m30s", "91s", false}, {"1m30s", "", false}, {"", "0s", false},
	} {
		if sameDuration("", c.old, c.new, nil) != c.same {
			t.Errorf("%q and %q: want the same: %t", c.old, c.new, c.same)
		}
	}
}
