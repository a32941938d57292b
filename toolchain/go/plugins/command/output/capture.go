package output

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// shownLimit is how many bytes of output, counted from the end, a failure's message holds.
const shownLimit = 16 * 1024

// Result is what a command printed, without the last line break.
type Result struct {
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
}

// Capture collects the two streams of one command. Its writers may be used at the same time.
type Capture struct {
	mu     sync.Mutex
	log    func(line string)
	stdout stream
	stderr stream
	shown  bytes.Buffer // what logging lets out, both streams in the order of arrival
}

type stream struct {
	capture *Capture
	logged  bool
	all     bytes.Buffer
	line    bytes.Buffer // the line that is not complete yet
}

// NewCapture returns a Capture that gives each line of the streams named by logging to log.
func NewCapture(logging Logging, log func(line string)) *Capture {
	c := &Capture{log: log}
	c.stdout = stream{capture: c, logged: logging.stdout()}
	c.stderr = stream{capture: c, logged: logging.stderr()}
	return c
}

// Stdout returns the writer for the command's standard output.
func (c *Capture) Stdout() io.Writer { return &c.stdout }

// Stderr returns the writer for the command's standard error.
func (c *Capture) Stderr() io.Writer { return &c.stderr }

// Result logs the lines that had no line break and returns all that was captured. To be called
// once, when the command has ended.
func (c *Capture) Result() Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stdout.flush()
	c.stderr.flush()
	return Result{Stdout: c.stdout.text(), Stderr: c.stderr.text()}
}

// Shown returns the end of the output that logging lets out, for the message of a failure.
func (c *Capture) Shown() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	shown := c.shown.Bytes()
	if len(shown) > shownLimit {
		shown = append([]byte("[...] "), shown[len(shown)-shownLimit:]...)
	}
	return clean(shown)
}

func (s *stream) Write(data []byte) (int, error) {
	s.capture.mu.Lock()
	defer s.capture.mu.Unlock()
	s.all.Write(data)
	if s.logged {
		s.capture.shown.Write(data)
		s.line.Write(data)
		s.logLines()
	}
	return len(data), nil
}

func (s *stream) logLines() {
	for {
		end := bytes.IndexByte(s.line.Bytes(), '\n')
		if end < 0 {
			return
		}
		line := s.line.Next(end + 1)
		s.capture.log(clean(line))
	}
}

func (s *stream) flush() {
	if s.line.Len() > 0 {
		s.capture.log(clean(s.line.Bytes()))
		s.line.Reset()
	}
}

func (s *stream) text() string { return clean(s.all.Bytes()) }

// clean makes text of bytes: the engine's protocol refuses what is not UTF-8.
func clean(data []byte) string {
	return strings.TrimSuffix(strings.ToValidUTF8(string(data), "\uFFFD"), "\n")
}
