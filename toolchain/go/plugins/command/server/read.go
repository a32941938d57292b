package server

import (
	"context"

	"hapg/toolchain/plugins/command/local"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Read returns what the engine knows already, as there is no way to ask what a command has done.
// The engine sends files without their content. It fills in again those that are inputs; those that
// a local command has left behind are looked up.
func (s *server) Read(_ context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	state, err := unmarshal(req.GetProperties())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetInputs())
	if err != nil {
		return nil, err
	}
	openArchives(resource.NewObjectProperty(state))
	openArchives(resource.NewObjectProperty(inputs))
	if err := findFiles(state, inputs); err != nil {
		return nil, err
	}
	response := &pulumirpc.ReadResponse{Id: req.GetId()}
	if response.Properties, err = marshal(state); err != nil {
		return nil, err
	}
	response.Inputs, err = marshal(inputs)
	return response, err
}

// openArchives takes from archives that came without content the claim to be empty, as the engine
// takes an empty archive for a whole one.
func openArchives(value resource.PropertyValue) {
	value = unwrapped(value)
	switch {
	case value.IsArray():
		for _, element := range value.ArrayValue() {
			openArchives(element)
		}
	case value.IsObject():
		for _, element := range value.ObjectValue() {
			openArchives(element)
		}
	case value.IsArchive():
		archive := value.ArchiveValue()
		if len(archive.Assets) == 0 {
			archive.Assets = nil
		}
	}
}

// findFiles gives the files of a local command's state their paths again.
func findFiles(state, inputs resource.PropertyMap) error {
	if !isSet(state, "assets") && !isSet(state, "archive") {
		return nil
	}
	var in local.Inputs
	if err := decode(inputs, &in); err != nil {
		return err
	}
	return addFiles(state, in)
}
