package server

import (
	"context"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestTriggersReplaceAndTheRestUpdates(t *testing.T) {
	e := newEngine(t, localType)
	olds := inputs(map[string]any{
		"create": "a", "update": "b", "environment": map[string]any{"A": "1"}, "triggers": []any{"1", 2.0},
	})
	same := e.diff(olds, olds.Copy())
	if same.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE || len(same.GetDiffs()) > 0 {
		t.Errorf("equal inputs: %v", same)
	}
	news := olds.Copy()
	news["triggers"] = resource.NewArrayProperty([]resource.PropertyValue{
		resource.NewStringProperty("1"), resource.NewNumberProperty(3),
	})
	news["environment"] = resource.NewObjectProperty(inputs(map[string]any{"A": "2"}))
	news["stdin"] = resource.NewStringProperty("new")
	delete(news, "update")
	got := e.diff(olds, news)
	if want := []string{"environment", "stdin", "triggers", "update"}; !reflect.DeepEqual(got.GetDiffs(), want) {
		t.Errorf("changed: got %q, want %q", got.GetDiffs(), want)
	}
	if want := []string{"triggers"}; !reflect.DeepEqual(got.GetReplaces(), want) {
		t.Errorf("replaced: got %q, want %q", got.GetReplaces(), want)
	}
}

func TestIgnoredChangesAreNone(t *testing.T) {
	e := newEngine(t, localType)
	got := e.diff(inputs(map[string]any{"create": "a"}), inputs(map[string]any{"create": "b", "stdin": "c"}),
		"create", "stdin")
	if got.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		t.Errorf("got %v", got)
	}
}

// The state must be written anew, or what has become a secret stays in it in clear text.
func TestBecomingSecretIsAChange(t *testing.T) {
	e := newEngine(t, localType)
	got := e.diff(inputs(map[string]any{"stdin": "a"}), resource.PropertyMap{"stdin": secret("a")})
	if !reflect.DeepEqual(got.GetDiffs(), []string{"stdin"}) || len(got.GetReplaces()) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestUnknownValueIsAChange(t *testing.T) {
	e := newEngine(t, localType)
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	got := e.diff(inputs(map[string]any{"triggers": []any{"a"}}),
		resource.PropertyMap{"triggers": resource.NewArrayProperty([]resource.PropertyValue{unknown})})
	if !reflect.DeepEqual(got.GetReplaces(), []string{"triggers"}) {
		t.Errorf("got %v", got)
	}
}

func TestCopyFileIsAlwaysReplaced(t *testing.T) {
	e := newEngine(t, "command:remote:CopyFile")
	got := e.diff(inputs(map[string]any{"localPath": "a"}), inputs(map[string]any{"localPath": "b"}))
	if !reflect.DeepEqual(got.GetReplaces(), []string{"localPath"}) {
		t.Errorf("got %v", got)
	}
}

func TestCheckNamesTheInput(t *testing.T) {
	host := map[string]any{"host": "example"}
	cases := []struct {
		kind   string
		inputs map[string]any
		want   []string
	}{
		{localType, map[string]any{}, nil},
		{localType, map[string]any{"logging": "loud"}, []string{"logging"}},
		{"command:remote:Command", map[string]any{"connection": host}, nil},
		{"command:remote:Command", map[string]any{"connection": map[string]any{}}, []string{"connection"}},
		{"command:remote:CopyToRemote", map[string]any{"connection": host, "remotePath": "/a"}, []string{"source"}},
		{"command:remote:CopyFile", map[string]any{"connection": host, "localPath": "a"}, []string{"remotePath"}},
	}
	for _, c := range cases {
		e := newEngine(t, c.kind)
		response, err := e.server.Check(context.Background(),
			&pulumirpc.CheckRequest{Urn: e.urn, News: e.pack(inputs(c.inputs))})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, failure := range response.GetFailures() {
			got = append(got, failure.GetProperty())
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v: got %q, want %q", c.kind, c.inputs, got, c.want)
		}
	}
}

func TestUnknownConnectionPassesTheCheck(t *testing.T) {
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	for _, connection := range []resource.PropertyValue{
		resource.MakeSecret(unknown),
		resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{"host": unknown})),
	} {
		if problems := checkConnection(resource.PropertyMap{"connection": connection}); len(problems) > 0 {
			t.Errorf("%v: %v", connection, problems)
		}
	}
}
