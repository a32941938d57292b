package remote

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"hapg/toolchain/plugins/command/output"
)

func TestInputsReachTheRemoteCommand(t *testing.T) {
	server := startServer(t)
	var lines []string
	result, err := Run(context.Background(), `echo "$LC_WORD"; cat; echo problem >&2`, Inputs{
		Connection:  server.connection(),
		Environment: map[string]string{"LC_WORD": "hello"},
		Stdin:       "from stdin",
		Logging:     output.LogStderr,
	}, output.Result{}, func(line string) { lines = append(lines, line) })
	if err != nil {
		t.Fatal(err)
	}
	if result != (output.Result{Stdout: "hello\nfrom stdin", Stderr: "problem"}) {
		t.Errorf("got %q", result)
	}
	if len(lines) != 1 || lines[0] != "problem" {
		t.Errorf("logged %q", lines)
	}
}

func TestVariableThatTheServerDeclines(t *testing.T) {
	server := startServer(t)
	_, err := Run(context.Background(), "true", Inputs{
		Connection: server.connection(), Environment: map[string]string{"WORD": "hello"},
	}, output.Result{}, discard)
	if err == nil || !strings.Contains(err.Error(), "environment.WORD") {
		t.Errorf("got %v", err)
	}
}

func TestPreviousOutputIsOffered(t *testing.T) {
	server := startServer(t)
	in := Inputs{Connection: server.connection()}
	const command = `echo "${PULUMI_COMMAND_STDOUT-none}"`
	result, err := Run(context.Background(), command, in, output.Result{Stdout: "before"}, discard)
	if err != nil || result.Stdout != "before" {
		t.Errorf("got %q, error %v", result.Stdout, err)
	}
	no := false
	in.AddPreviousOutputInEnv = &no
	result, err = Run(context.Background(), command, in, output.Result{Stdout: "before"}, discard)
	if err != nil || result.Stdout != "none" {
		t.Errorf("switched off: got %q, error %v", result.Stdout, err)
	}
}

func TestFailureTellsStatusAndStderr(t *testing.T) {
	server := startServer(t)
	_, err := Run(context.Background(), "echo reason >&2; exit 3", Inputs{Connection: server.connection()},
		output.Result{}, discard)
	var failure *output.Failure
	if !errors.As(err, &failure) || !strings.Contains(err.Error(), "exit status 3") ||
		!strings.Contains(err.Error(), "reason") {
		t.Errorf("got %v", err)
	}
}

func TestCancellingEndsTheRemoteCommand(t *testing.T) {
	server := startServer(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	start := time.Now()
	_, err := Run(ctx, "echo started; sleep 60", Inputs{Connection: server.connection()}, output.Result{},
		func(string) { cancel(errors.New("cancelled by the engine")) })
	if err == nil || !strings.Contains(err.Error(), "cancelled by the engine") {
		t.Errorf("got %v", err)
	}
	if time.Since(start) > 10*time.Second {
		t.Errorf("took %s", time.Since(start))
	}
}
