package random

import (
	"context"
	"testing"

	"hapg/toolchain/plugins/internal/npmtypes"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func TestInputsAreThoseOfTheNpmPackage(t *testing.T) {
	npmtypes.Load(t, "random").CheckInputs(t, Provider("0.0.0"))
}

func TestGeneratedSecretsAreSensitive(t *testing.T) {
	resources := Provider("0.0.0").P.ResourcesMap()
	for key, outputs := range map[string][]string{
		"random_password": {"result", "bcrypt_hash"},
		"random_bytes":    {"base64", "hex"},
	} {
		for _, output := range outputs {
			if !resources.Get(key).Schema().Get(output).Sensitive() {
				t.Errorf("%s.%s is not kept secret", key, output)
			}
		}
	}
}

func TestIdOfBytesDoesNotGiveThemAway(t *testing.T) {
	state := resource.PropertyMap{"base64": resource.NewStringProperty("c2VjcmV0")}
	id, err := Provider("0.0.0").Resources["random_bytes"].ComputeID(context.Background(), state)
	if err != nil || id != "none" {
		t.Errorf("got id %q, error %v", id, err)
	}
}
