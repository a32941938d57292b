package server

import (
	"context"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// engine is a server and the part of the engine that these tests need.
type engine struct {
	t      *testing.T
	server pulumirpc.ResourceProviderServer
	urn    string

	mu    sync.Mutex
	lines []string
}

// newEngine returns an engine with one resource of the given type.
func newEngine(t *testing.T, kind string) *engine {
	e := &engine{t: t, urn: "urn:pulumi:dev::project::" + kind + "::name"}
	e.server = New("1.2.3", e)
	return e
}

func (e *engine) LogStatus(_ context.Context, _ diag.Severity, _ resource.URN, message string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lines = append(e.lines, message)
	return nil
}

func (e *engine) pack(properties resource.PropertyMap) *structpb.Struct {
	e.t.Helper()
	packed, err := marshal(properties)
	if err != nil {
		e.t.Fatal(err)
	}
	return packed
}

func (e *engine) unpack(properties *structpb.Struct) resource.PropertyMap {
	e.t.Helper()
	unpacked, err := unmarshal(properties)
	if err != nil {
		e.t.Fatal(err)
	}
	return unpacked
}

func (e *engine) create(inputs resource.PropertyMap) resource.PropertyMap {
	e.t.Helper()
	response, err := e.server.Create(context.Background(),
		&pulumirpc.CreateRequest{Urn: e.urn, Properties: e.pack(inputs)})
	if err != nil {
		e.t.Fatal(err)
	}
	if response.GetId() == "" {
		e.t.Error("no id")
	}
	return e.unpack(response.GetProperties())
}

func (e *engine) update(state, inputs resource.PropertyMap) resource.PropertyMap {
	e.t.Helper()
	response, err := e.server.Update(context.Background(),
		&pulumirpc.UpdateRequest{Urn: e.urn, Id: "id", Olds: e.pack(state), News: e.pack(inputs)})
	if err != nil {
		e.t.Fatal(err)
	}
	return e.unpack(response.GetProperties())
}

func (e *engine) delete(state resource.PropertyMap) {
	e.t.Helper()
	_, err := e.server.Delete(context.Background(),
		&pulumirpc.DeleteRequest{Urn: e.urn, Id: "id", Properties: e.pack(state)})
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e *engine) diff(olds, news resource.PropertyMap, ignore ...string) *pulumirpc.DiffResponse {
	e.t.Helper()
	response, err := e.server.Diff(context.Background(), &pulumirpc.DiffRequest{
		Urn: e.urn, OldInputs: e.pack(olds), News: e.pack(news), IgnoreChanges: ignore,
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return response
}

// inputs makes properties of plain Go values.
func inputs(values map[string]any) resource.PropertyMap {
	return resource.NewPropertyMapFromMap(values)
}

func secret(value string) resource.PropertyValue {
	return resource.MakeSecret(resource.NewStringProperty(value))
}
