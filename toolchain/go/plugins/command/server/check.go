package server

import (
	"fmt"

	"hapg/toolchain/plugins/command/output"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func checkLogging(inputs resource.PropertyMap) map[string]string {
	problems := map[string]string{}
	if logging, ok := text(inputs, "logging"); ok && !output.Logging(logging).Valid() {
		problems["logging"] = fmt.Sprintf("want one of %s, %s, %s, %s; got %q",
			output.LogStdout, output.LogStderr, output.LogBoth, output.LogNone, logging)
	}
	return problems
}

func checkConnection(inputs resource.PropertyMap) map[string]string {
	problems := map[string]string{}
	connection := unwrapped(inputs["connection"])
	if connection.IsComputed() {
		return problems
	}
	if !connection.IsObject() || !isSet(connection.ObjectValue(), "host") {
		problems["connection"] = "a host is required"
	}
	return problems
}

func required(problems map[string]string, inputs resource.PropertyMap, names ...resource.PropertyKey) {
	for _, name := range names {
		if !isSet(inputs, name) {
			problems[string(name)] = "is required"
		}
	}
}
