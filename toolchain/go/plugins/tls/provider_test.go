package tls

import (
	"strings"
	"testing"

	"hapg/toolchain/plugins/internal/npmtypes"
)

func declarations(t *testing.T) npmtypes.Declarations {
	t.Helper()
	declared, err := npmtypes.Read("tls")
	if err != nil {
		t.Fatal(err)
	}
	return declared
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
}

func TestInputsAreThoseOfTheNpmPackage(t *testing.T) {
	declared := declarations(t)
	info := Provider("0.0.0")
	for key, resource := range info.Resources {
		name := string(resource.Tok.Name()) + "Args"
		report(t, declared.Differences(name, info.P.ResourcesMap().Get(key).Schema(), resource.Fields))
	}
	report(t, declared.Differences("ProviderArgs", info.P.Schema(), info.Config))
}

func TestEveryResourceOfTheNpmPackageIsThere(t *testing.T) {
	known := map[string]bool{}
	for _, resource := range Provider("0.0.0").Resources {
		known[string(resource.Tok)] = true
	}
	for name := range declarations(t) {
		resource, isResource := strings.CutSuffix(name, "State")
		token := "tls:index/" + strings.ToLower(resource[:1]) + resource[1:] + ":" + resource
		if isResource && !known[token] {
			t.Errorf("%s is missing", token)
		}
	}
}

func TestFunctionsAreThoseOfTheNpmPackage(t *testing.T) {
	declared := declarations(t)
	info := Provider("0.0.0")
	known := map[string]bool{}
	for key, function := range info.DataSources {
		name := string(function.Tok.Name())
		arguments := strings.ToUpper(name[:1]) + name[1:] + "Args"
		known[arguments] = true
		report(t, declared.Differences(arguments, info.P.DataSourcesMap().Get(key).Schema(), function.Fields))
	}
	for name := range declared {
		if strings.HasPrefix(name, "Get") && strings.HasSuffix(name, "Args") &&
			!strings.HasSuffix(name, "OutputArgs") && !known[name] {
			t.Errorf("%s has no function", name)
		}
	}
}

func TestPrivateKeysAreSensitive(t *testing.T) {
	resources := Provider("0.0.0").P.ResourcesMap()
	for key, properties := range map[string][]string{
		"tls_private_key":         {"private_key_pem", "private_key_openssh", "private_key_pem_pkcs8"},
		"tls_self_signed_cert":    {"private_key_pem"},
		"tls_cert_request":        {"private_key_pem"},
		"tls_locally_signed_cert": {"ca_private_key_pem"},
	} {
		for _, property := range properties {
			if !resources.Get(key).Schema().Get(property).Sensitive() {
				t.Errorf("%s.%s is not kept secret", key, property)
			}
		}
	}
}
