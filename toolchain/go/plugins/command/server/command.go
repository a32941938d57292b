package server

import (
	"context"

	"hapg/toolchain/plugins/command/local"
	"hapg/toolchain/plugins/command/output"
	"hapg/toolchain/plugins/command/remote"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var localCommand = resourceType{
	replaceOn: onlyTriggers,
	check:     checkLogging,
	preview:   previewCommand,
	run: func(ctx context.Context, op operation, log func(string)) (resource.PropertyMap, error) {
		command, ok := commandOf(op)
		if !ok {
			return printed(op.state), nil
		}
		return runLocal(ctx, command, op.inputs, previousOutput(op.state), log)
	},
}

var remoteCommand = resourceType{
	replaceOn: onlyTriggers,
	check: func(inputs resource.PropertyMap) map[string]string {
		problems := checkConnection(inputs)
		for input, problem := range checkLogging(inputs) {
			problems[input] = problem
		}
		return problems
	},
	preview: previewCommand,
	run: func(ctx context.Context, op operation, log func(string)) (resource.PropertyMap, error) {
		command, ok := commandOf(op)
		if !ok {
			return printed(op.state), nil
		}
		var in remote.Inputs
		if err := decode(op.inputs, &in); err != nil {
			return nil, err
		}
		result, err := remote.Run(ctx, command, in, previousOutput(op.state), log)
		if err != nil {
			return nil, err
		}
		return withSecrecy(outputsOf(result), op.inputs), nil
	},
}

// runLocal runs a command with the inputs of local.Command or local.run.
func runLocal(
	ctx context.Context, command string, inputs resource.PropertyMap, previous output.Result, log func(string),
) (resource.PropertyMap, error) {
	var in local.Inputs
	if err := decode(inputs, &in); err != nil {
		return nil, err
	}
	result, err := local.Run(ctx, command, in, previous, log)
	if err != nil {
		return nil, err
	}
	outputs := outputsOf(result)
	if err := addFiles(outputs, in); err != nil {
		return nil, err
	}
	return withSecrecy(outputs, inputs), nil
}

// addFiles adds the files that the command was to leave behind.
func addFiles(outputs resource.PropertyMap, in local.Inputs) error {
	if in.AssetPaths != nil {
		files, err := local.Files(in.Dir, in.AssetPaths)
		if err != nil {
			return err
		}
		assets := resource.PropertyMap{}
		for path, file := range files {
			assets[resource.PropertyKey(path)] = resource.NewAssetProperty(file)
		}
		outputs["assets"] = resource.NewObjectProperty(assets)
	}
	if in.ArchivePaths != nil {
		files, err := local.Files(in.Dir, in.ArchivePaths)
		if err != nil {
			return err
		}
		entries := map[string]any{}
		for path, file := range files {
			entries[path] = file
		}
		archive, err := resource.NewAssetArchive(entries)
		if err != nil {
			return err
		}
		outputs["archive"] = resource.NewArchiveProperty(archive)
	}
	return nil
}

// commandOf returns the command of a step: an update without one of its own runs create again.
func commandOf(op operation) (string, bool) {
	if op.verb == updating {
		if command, ok := text(op.inputs, "update"); ok {
			return command, true
		}
		return text(op.inputs, "create")
	}
	return text(op.inputs, resource.PropertyKey(op.verb))
}

// previewCommand says that a step which runs a command changes what it printed.
func previewCommand(op operation) resource.PropertyMap {
	runs := isSet(op.inputs, "create") || op.verb == updating && isSet(op.inputs, "update")
	if !runs {
		return printed(op.state)
	}
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	outputs := resource.PropertyMap{"stdout": unknown, "stderr": unknown}
	if isSet(op.inputs, "assetPaths") {
		outputs["assets"] = unknown
	}
	if isSet(op.inputs, "archivePaths") {
		outputs["archive"] = unknown
	}
	return withSecrecy(outputs, op.inputs)
}

// printed returns the outputs of a step that runs nothing: those of the state, or empty ones.
func printed(state resource.PropertyMap) resource.PropertyMap {
	outputs := outputsOf(output.Result{})
	for _, name := range []resource.PropertyKey{"stdout", "stderr", "assets", "archive"} {
		if value, ok := state[name]; ok {
			outputs[name] = value
		}
	}
	return outputs
}

func outputsOf(result output.Result) resource.PropertyMap {
	return resource.PropertyMap{
		"stdout": resource.NewStringProperty(result.Stdout),
		"stderr": resource.NewStringProperty(result.Stderr),
	}
}
