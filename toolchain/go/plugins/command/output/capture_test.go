package output

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// captured runs write on a Capture and returns the lines that reached the log.
func captured(logging Logging, write func(*Capture)) (lines []string, result Result, shown string) {
	capture := NewCapture(logging, func(line string) { lines = append(lines, line) })
	write(capture)
	result = capture.Result()
	return lines, result, capture.Shown()
}

func printBoth(c *Capture) {
	_, _ = c.Stdout().Write([]byte("out 1\nou"))
	_, _ = c.Stderr().Write([]byte("err\n"))
	_, _ = c.Stdout().Write([]byte("t 2"))
}

func TestLoggingDecidesWhatReachesTheLog(t *testing.T) {
	cases := map[Logging][]string{
		"":        {"out 1", "err", "out 2"},
		LogBoth:   {"out 1", "err", "out 2"},
		LogStdout: {"out 1", "out 2"},
		LogStderr: {"err"},
		LogNone:   nil,
	}
	for logging, want := range cases {
		lines, result, _ := captured(logging, printBoth)
		if !reflect.DeepEqual(lines, want) {
			t.Errorf("%q: logged %q, want %q", logging, lines, want)
		}
		if result != (Result{Stdout: "out 1\nout 2", Stderr: "err"}) {
			t.Errorf("%q: captured %q", logging, result)
		}
	}
}

func TestOnlyTheLastLineBreakIsTakenOff(t *testing.T) {
	_, result, _ := captured("", func(c *Capture) { _, _ = c.Stdout().Write([]byte("a\n\n")) })
	if result.Stdout != "a\n" {
		t.Errorf("got %q", result.Stdout)
	}
}

func TestBytesThatAreNoTextAreReplaced(t *testing.T) {
	_, result, _ := captured("", func(c *Capture) { _, _ = c.Stdout().Write([]byte{'a', 0xff, 'b'}) })
	if result.Stdout != "a\uFFFDb" {
		t.Errorf("got %q", result.Stdout)
	}
}

func TestShownKeepsTheEnd(t *testing.T) {
	_, _, shown := captured("", func(c *Capture) {
		_, _ = c.Stderr().Write([]byte(strings.Repeat("x", 2*shownLimit) + "the reason"))
	})
	if len(shown) > shownLimit+100 || !strings.HasSuffix(shown, "the reason") {
		t.Errorf("%d bytes, end %q", len(shown), shown[len(shown)-20:])
	}
}

func TestFailureHoldsCauseAndShownOutput(t *testing.T) {
	cause := errors.New("exit status 3")
	_, _, shown := captured(LogStderr, printBoth)
	message := (&Failure{Cause: cause, Shown: shown}).Error()
	if !strings.Contains(message, "exit status 3") || !strings.Contains(message, "err") {
		t.Errorf("got %q", message)
	}
	if strings.Contains(message, "out 1") {
		t.Errorf("holds what logging keeps back: %q", message)
	}
}
