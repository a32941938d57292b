package server

import (
	"context"
	"sort"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Check reports what is wrong with a resource's inputs.
func (s *server) Check(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	kind, err := typeOf(resource.URN(req.GetUrn()))
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.CheckResponse{Inputs: req.GetNews()}
	for input, problem := range kind.check(inputs) {
		response.Failures = append(response.Failures,
			&pulumirpc.CheckFailure{Property: input, Reason: problem})
	}
	return response, nil
}

// Diff compares the inputs of the last create or update with new ones. A value that has become
// secret, or is so no more, counts as changed: the state must be written anew.
func (s *server) Diff(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	kind, err := typeOf(resource.URN(req.GetUrn()))
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOldInputs())
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	for _, name := range req.GetIgnoreChanges() {
		restore(news, olds, resource.PropertyKey(name))
	}
	response := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	diff := olds.Diff(news)
	if diff == nil {
		return response, nil
	}
	response.Changes = pulumirpc.DiffResponse_DIFF_SOME
	for _, key := range diff.ChangedKeys() {
		response.Diffs = append(response.Diffs, string(key))
		if kind.replaceOn(key) {
			response.Replaces = append(response.Replaces, string(key))
		}
	}
	sort.Strings(response.Diffs)
	sort.Strings(response.Replaces)
	return response, nil
}

// restore gives an input its old value.
func restore(news, olds resource.PropertyMap, name resource.PropertyKey) {
	if value, ok := olds[name]; ok {
		news[name] = value
	} else {
		delete(news, name)
	}
}
