package server

import (
	"encoding/json"
	"fmt"

	"hapg/toolchain/plugins/command/output"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"
)

// marshaling keeps all that the engine tells of a value: whether it is a secret, unknown, a file.
var marshaling = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

func unmarshal(properties *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(properties, marshaling)
}

func marshal(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, marshaling)
}

// decode fills the Go struct that target points to with properties of the same name. Secrets are
// taken out of their wrapping; properties without a field are left out.
func decode(properties resource.PropertyMap, target any) error {
	data, err := json.Marshal(properties.MapRepl(nil, plainValue))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, target); err != nil {
		return fmt.Errorf("inputs: %w", err)
	}
	return nil
}

// plainValue keeps files from being read: no input that is decoded is a file.
func plainValue(value resource.PropertyValue) (any, bool) {
	switch {
	case value.IsSecret():
		element := value.SecretValue().Element
		return element.MapRepl(nil, plainValue), true
	case value.IsOutput():
		element := value.OutputValue().Element
		return element.MapRepl(nil, plainValue), true
	case value.IsAsset(), value.IsArchive(), value.IsComputed(), value.IsResourceReference():
		return nil, true
	}
	return nil, false
}

// previousOutput returns what the last command of a resource printed.
func previousOutput(state resource.PropertyMap) output.Result {
	var result output.Result
	// The error would be that of a state which holds something else than text: then there is none.
	_ = decode(state, &result)
	return result
}

// isSet reports whether an input is given, be its value known or not.
func isSet(inputs resource.PropertyMap, name resource.PropertyKey) bool {
	value, ok := inputs[name]
	return ok && !value.IsNull()
}

// text returns an input that is a text. It is false if the input is not given or not yet known.
func text(inputs resource.PropertyMap, name resource.PropertyKey) (string, bool) {
	value := unwrapped(inputs[name])
	if !value.IsString() {
		return "", false
	}
	return value.StringValue(), true
}

// unwrapped returns the value inside a secret.
func unwrapped(value resource.PropertyValue) resource.PropertyValue {
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	return value
}

// hasSecret reports whether an input is or holds a secret. The connection does not count: the npm
// package always marks it, and what a host prints is not secret for that.
func hasSecret(inputs resource.PropertyMap) bool {
	for name, value := range inputs {
		if name != "connection" && value.ContainsSecrets() {
			return true
		}
	}
	return false
}

// withSecrecy marks outputs as secret if they may give away a secret input.
func withSecrecy(outputs, inputs resource.PropertyMap) resource.PropertyMap {
	if !hasSecret(inputs) {
		return outputs
	}
	marked := resource.PropertyMap{}
	for name, value := range outputs {
		if !value.IsSecret() {
			value = resource.MakeSecret(value)
		}
		marked[name] = value
	}
	return marked
}

// merged returns the properties of both maps; those of the later one win.
func merged(maps ...resource.PropertyMap) resource.PropertyMap {
	result := resource.PropertyMap{}
	for _, properties := range maps {
		for name, value := range properties {
			result[name] = value
		}
	}
	return result
}
