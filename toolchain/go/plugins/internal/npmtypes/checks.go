package npmtypes

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// Load is Read for a test, which ends where the package cannot be read.
func Load(t *testing.T, name string) Declarations {
	t.Helper()
	declared, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return declared
}

// CheckInputs fails a test for every input of a plugin's resources and of its settings that is not
// as it is declared.
func (d Declarations) CheckInputs(t *testing.T, info tfbridge.ProviderInfo) {
	t.Helper()
	for key, resource := range info.Resources {
		name := string(resource.Tok.Name()) + "Args"
		report(t, d.Differences(name, info.P.ResourcesMap().Get(key).Schema(), resource.Fields))
	}
	report(t, d.Differences("ProviderArgs", info.P.Schema(), info.Config))
}

// CheckFunctions fails a test for every argument of a plugin's functions that is not as it is
// declared.
func (d Declarations) CheckFunctions(t *testing.T, info tfbridge.ProviderInfo) {
	t.Helper()
	for key, function := range info.DataSources {
		schema := info.P.DataSourcesMap().Get(key).Schema()
		report(t, d.Differences(ArgumentsOf(function), schema, function.Fields))
	}
}

// ArgumentsOf returns the name of the interface that declares a function's arguments.
func ArgumentsOf(function *tfbridge.DataSourceInfo) string {
	name := string(function.Tok.Name())
	return strings.ToUpper(name[:1]) + name[1:] + "Args"
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
}
