package server

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

const localType = "command:local:Command"

func wantText(t *testing.T, outputs resource.PropertyMap, name resource.PropertyKey, want string) {
	t.Helper()
	if got, ok := text(outputs, name); !ok || got != want {
		t.Errorf("%s: got %v, want %q", name, outputs[name], want)
	}
}

func TestLifeOfACommand(t *testing.T) {
	e := newEngine(t, localType)
	note := filepath.Join(t.TempDir(), "note")
	in := map[string]any{
		"create": "echo created",
		"update": `echo "updated after $PULUMI_COMMAND_STDOUT"`,
		"delete": `echo "deleted after $PULUMI_COMMAND_STDOUT" > ` + note,
	}
	state := e.create(inputs(in))
	wantText(t, state, "stdout", "created")
	wantText(t, state, "create", "echo created")

	state = e.update(state, inputs(in))
	wantText(t, state, "stdout", "updated after created")

	e.delete(state)
	got, err := os.ReadFile(note)
	if err != nil || string(got) != "deleted after updated after created\n" {
		t.Errorf("delete: %q, error %v", got, err)
	}
}

func TestUpdateWithoutItsOwnCommandRunsCreateAgain(t *testing.T) {
	e := newEngine(t, localType)
	in := inputs(map[string]any{"create": `echo "again ${PULUMI_COMMAND_STDOUT-}"`})
	wantText(t, e.update(e.create(in), in), "stdout", "again again ")
}

func TestStepWithoutACommandKeepsWhatWasPrinted(t *testing.T) {
	e := newEngine(t, localType)
	state := e.create(inputs(map[string]any{"delete": "true"}))
	wantText(t, state, "stdout", "")
	state["stdout"] = resource.NewStringProperty("before")
	wantText(t, e.update(state, inputs(map[string]any{"delete": "true"})), "stdout", "before")
}

func TestSecretInputMakesOutputSecret(t *testing.T) {
	e := newEngine(t, localType)
	in := inputs(map[string]any{"create": "cat", "logging": "none"})
	in["stdin"] = secret("password")
	state := e.create(in)
	if !state["stdout"].IsSecret() || !state["stdin"].IsSecret() || state["create"].IsSecret() {
		t.Errorf("got %v", state)
	}
	wantText(t, state, "stdout", "password")
	if len(e.lines) > 0 {
		t.Errorf("logged %q", e.lines)
	}
}

func TestOutputIsLoggedUnlessToldOtherwise(t *testing.T) {
	e := newEngine(t, localType)
	e.create(inputs(map[string]any{"create": "echo hello"}))
	if len(e.lines) != 1 || e.lines[0] != "hello" {
		t.Errorf("logged %q", e.lines)
	}
}

func TestPreviewRunsNothing(t *testing.T) {
	e := newEngine(t, localType)
	note := filepath.Join(t.TempDir(), "note")
	in := inputs(map[string]any{"create": "touch " + note, "assetPaths": []any{"*"}})
	response, err := e.server.Create(context.Background(),
		&pulumirpc.CreateRequest{Urn: e.urn, Properties: e.pack(in), Preview: true})
	if err != nil {
		t.Fatal(err)
	}
	outputs := e.unpack(response.GetProperties())
	if !outputs["stdout"].IsComputed() || !outputs["assets"].IsComputed() {
		t.Errorf("got %v", outputs)
	}
	if _, err := os.Stat(note); err == nil {
		t.Error("the command was run")
	}
}

func TestFilesAreReturned(t *testing.T) {
	e := newEngine(t, localType)
	dir := t.TempDir()
	state := e.create(inputs(map[string]any{
		"create": "echo hello > file.txt", "dir": dir,
		"assetPaths": []any{"*.txt"}, "archivePaths": []any{"*.txt"},
	}))
	assets := state["assets"]
	if !assets.IsObject() || !assets.ObjectValue()["file.txt"].IsAsset() || !state["archive"].IsArchive() {
		t.Errorf("got %v", state)
	}
}

func TestFailureIsTheStepsError(t *testing.T) {
	e := newEngine(t, localType)
	_, err := e.server.Create(context.Background(), &pulumirpc.CreateRequest{
		Urn: e.urn, Properties: e.pack(inputs(map[string]any{"create": "echo reason >&2; exit 3"})),
	})
	if err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "reason") {
		t.Errorf("got %v", err)
	}
}

func TestEngineCancelsAndLimitsCommands(t *testing.T) {
	cases := map[string]func(e *engine) float64{
		"cancelled": func(e *engine) float64 {
			time.AfterFunc(100*time.Millisecond, func() { _, _ = e.server.Cancel(context.Background(), &emptypb.Empty{}) })
			return 0
		},
		"not done within": func(*engine) float64 { return 0.1 },
	}
	for want, arrange := range cases {
		e := newEngine(t, localType)
		start := time.Now()
		_, err := e.server.Create(context.Background(), &pulumirpc.CreateRequest{
			Urn: e.urn, Properties: e.pack(inputs(map[string]any{"create": "sleep 60"})), Timeout: arrange(e),
		})
		if err == nil || !strings.Contains(err.Error(), want) || time.Since(start) > 10*time.Second {
			t.Errorf("%s: after %s: %v", want, time.Since(start), err)
		}
	}
}

func TestRunIsInvokedEveryTime(t *testing.T) {
	e := newEngine(t, localType)
	response, err := e.server.Invoke(context.Background(), &pulumirpc.InvokeRequest{
		Tok: "command:local:run", Args: e.pack(inputs(map[string]any{"command": "echo hello"})),
	})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, e.unpack(response.GetReturn()), "stdout", "hello")

	response, err = e.server.Invoke(context.Background(), &pulumirpc.InvokeRequest{
		Tok: "command:local:run", Args: e.pack(inputs(nil)),
	})
	if err != nil || len(response.GetFailures()) != 1 {
		t.Errorf("without a command: %v, error %v", response, err)
	}
}
