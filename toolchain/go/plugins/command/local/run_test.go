package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hapg/toolchain/plugins/command/output"
)

func discard(string) {}

func mustRun(t *testing.T, command string, in Inputs, previous output.Result) output.Result {
	t.Helper()
	result, err := Run(context.Background(), command, in, previous, discard)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestInputsReachTheCommand(t *testing.T) {
	dir := t.TempDir()
	result := mustRun(t, `pwd; echo "$WORD"; cat`, Inputs{
		Dir: dir, Environment: map[string]string{"WORD": "hello"}, Stdin: "from stdin",
	}, output.Result{})
	if want := dir + "\nhello\nfrom stdin"; result.Stdout != want {
		t.Errorf("got %q, want %q", result.Stdout, want)
	}
}

func TestInterpreterRunsTheCommand(t *testing.T) {
	result := mustRun(t, "a b", Inputs{Interpreter: []string{"printf", "%s|%s", "first"}}, output.Result{})
	if result.Stdout != "first|a b" {
		t.Errorf("got %q", result.Stdout)
	}
}

func TestPreviousOutputIsOffered(t *testing.T) {
	const command = `echo "${PULUMI_COMMAND_STDOUT-none} ${PULUMI_COMMAND_STDERR-none}"`
	previous := output.Result{Stdout: "before"}
	if got := mustRun(t, command, Inputs{}, previous).Stdout; got != "before none" {
		t.Errorf("got %q", got)
	}
	no := false
	if got := mustRun(t, command, Inputs{AddPreviousOutputInEnv: &no}, previous).Stdout; got != "none none" {
		t.Errorf("switched off: got %q", got)
	}
}

func TestFailureTellsStatusAndStderr(t *testing.T) {
	_, err := Run(context.Background(), "echo reason >&2; exit 3", Inputs{}, output.Result{}, discard)
	var failure *output.Failure
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "reason") {
		t.Errorf("got %q", err)
	}
}

func TestSilentCommandGivesNothingAway(t *testing.T) {
	var lines []string
	_, err := Run(context.Background(), "echo secret; echo secret >&2; exit 1", Inputs{Logging: output.LogNone},
		output.Result{}, func(line string) { lines = append(lines, line) })
	if err == nil || strings.Contains(err.Error(), "secret") || len(lines) > 0 {
		t.Errorf("error %v, log %q", err, lines)
	}
}

func TestMissingFolderIsAnError(t *testing.T) {
	_, err := Run(context.Background(), "true", Inputs{Dir: "/does/not/exist"}, output.Result{}, discard)
	if err == nil {
		t.Error("no error")
	}
}

func TestCancellingEndsTheWholeGroup(t *testing.T) {
	note := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := Run(ctx, "sleep 60 & echo $! > "+note+"; wait", Inputs{}, output.Result{}, discard)
		done <- err
	}()
	child := waitForPid(t, note)
	cancel(errors.New("cancelled by the engine"))
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "cancelled by the engine") {
			t.Errorf("got %v", err)
		}
	case <-time.After(killDelay):
		t.Fatal("the command goes on")
	}
	for i := 0; syscall.Kill(child, 0) == nil && !isZombie(child); i++ {
		if i == 100 {
			t.Fatal("a process that the command started goes on")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func waitForPid(t *testing.T, note string) int {
	t.Helper()
	for range 500 {
		text, _ := os.ReadFile(note)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the command does not start")
	return 0
}

// isZombie reports whether a process has ended but nobody has asked for its status yet: where no
// init process does, that stays so.
func isZombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}
