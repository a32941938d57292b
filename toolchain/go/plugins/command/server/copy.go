package server

import (
	"context"
	"errors"

	"hapg/toolchain/plugins/command/remote"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// nothing is the preview of resources that have no outputs but their inputs.
func nothing(operation) resource.PropertyMap { return nil }

var copyToRemote = resourceType{
	replaceOn: onlyTriggers,
	check: func(inputs resource.PropertyMap) map[string]string {
		problems := checkConnection(inputs)
		required(problems, inputs, "source", "remotePath")
		if _, err := sourceOf(inputs); err != nil {
			problems["source"] = err.Error()
		}
		return problems
	},
	preview: nothing,
	run: func(ctx context.Context, op operation, log func(string)) (resource.PropertyMap, error) {
		if op.verb == deleting || op.verb == updating && sameCopy(op) {
			return nil, nil
		}
		var in struct {
			Connection remote.Connection `json:"connection"`
			RemotePath string            `json:"remotePath"`
		}
		if err := decode(op.inputs, &in); err != nil {
			return nil, err
		}
		source, err := sourceOf(op.inputs)
		if err != nil {
			return nil, err
		}
		if source.isText {
			return nil, remote.CopyText(ctx, in.Connection, source.text, in.RemotePath, log)
		}
		return nil, remote.CopyPath(ctx, in.Connection, source.path, in.RemotePath, log)
	},
}

var copyFile = resourceType{
	replaceOn: always,
	check: func(inputs resource.PropertyMap) map[string]string {
		problems := checkConnection(inputs)
		required(problems, inputs, "localPath", "remotePath")
		return problems
	},
	preview: nothing,
	run: func(ctx context.Context, op operation, log func(string)) (resource.PropertyMap, error) {
		if op.verb == deleting {
			return nil, nil
		}
		var in struct {
			Connection remote.Connection `json:"connection"`
			LocalPath  string            `json:"localPath"`
			RemotePath string            `json:"remotePath"`
		}
		if err := decode(op.inputs, &in); err != nil {
			return nil, err
		}
		return nil, remote.CopyPath(ctx, in.Connection, in.LocalPath, in.RemotePath, log)
	},
}

// source is what CopyToRemote copies: a text, or a local file or folder.
type source struct {
	isText bool
	text   string
	path   string
}

// sourceOf returns the source of CopyToRemote. It is empty, without an error, while not known.
func sourceOf(inputs resource.PropertyMap) (source, error) {
	value := unwrapped(inputs["source"])
	switch {
	case value.IsComputed():
		return source{}, nil
	case value.IsAsset() && value.AssetValue().IsText():
		return source{isText: true, text: value.AssetValue().Text}, nil
	case value.IsAsset() && value.AssetValue().IsPath():
		return source{path: value.AssetValue().Path}, nil
	case value.IsArchive() && value.ArchiveValue().IsPath():
		return source{path: value.ArchiveValue().Path}, nil
	}
	return source{}, errors.New("want a StringAsset, a FileAsset or a FileArchive")
}

// sameCopy reports whether an update would copy the same content to the same place again: another
// connection alone, such as a new key to log in with, is no reason to.
func sameCopy(op operation) bool {
	oldPath, _ := text(op.state, "remotePath")
	newPath, _ := text(op.inputs, "remotePath")
	return oldPath == newPath && unwrapped(op.state["source"]).DeepEquals(unwrapped(op.inputs["source"]))
}
