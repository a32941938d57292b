package tls

import (
	"strings"
	"testing"

	"hapg/toolchain/plugins/internal/npmtypes"
)

func TestInputsAreThoseOfTheNpmPackage(t *testing.T) {
	npmtypes.Load(t, "tls").CheckInputs(t, Provider("0.0.0"))
}

func TestEveryResourceOfTheNpmPackageIsThere(t *testing.T) {
	known := map[string]bool{}
	for _, resource := range Provider("0.0.0").Resources {
		known[string(resource.Tok)] = true
	}
	for name := range npmtypes.Load(t, "tls") {
		resource, isResource := strings.CutSuffix(name, "State")
		token := "tls:index/" + strings.ToLower(resource[:1]) + resource[1:] + ":" + resource
		if isResource && !known[token] {
			t.Errorf("%s is missing", token)
		}
	}
}

func TestFunctionsAreThoseOfTheNpmPackage(t *testing.T) {
	declared := npmtypes.Load(t, "tls")
	info := Provider("0.0.0")
	declared.CheckFunctions(t, info)
	known := map[string]bool{}
	for _, function := range info.DataSources {
		known[npmtypes.ArgumentsOf(function)] = true
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
