package server

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// resourceType is what the server has to know of one type of resource.
type resourceType struct {
	// replaceOn reports whether a change of the input replaces the resource instead of updating it.
	replaceOn func(input resource.PropertyKey) bool
	// check returns what is wrong with inputs, by input. It must cope with unknown values.
	check func(inputs resource.PropertyMap) map[string]string
	// preview returns the outputs, apart from the inputs, that an operation will change.
	preview func(op operation) resource.PropertyMap
	// run carries out the operation and returns the outputs, apart from the inputs.
	run func(ctx context.Context, op operation, log func(line string)) (resource.PropertyMap, error)
}

// verb is a step in a resource's life.
type verb string

const (
	creating verb = "create"
	updating verb = "update"
	deleting verb = "delete"
)

// operation is one step in the life of one resource.
type operation struct {
	verb   verb
	inputs resource.PropertyMap // when deleting: those of the last create or update
	state  resource.PropertyMap // the outputs before the operation; nil when creating
}

// resourceTypes are the resources by the name under which the npm package asks for them.
var resourceTypes = map[string]resourceType{
	"command:local:Command":       localCommand,
	"command:remote:Command":      remoteCommand,
	"command:remote:CopyToRemote": copyToRemote,
	"command:remote:CopyFile":     copyFile,
}

// functionLocalRun is the one function of the npm package.
const functionLocalRun = "command:local:run"

// onlyTriggers is the replaceOn of resources that can be updated.
func onlyTriggers(input resource.PropertyKey) bool { return input == "triggers" }

// always is the replaceOn of resources that cannot be updated.
func always(resource.PropertyKey) bool { return true }
