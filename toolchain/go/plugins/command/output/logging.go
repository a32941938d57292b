// Package output captures what a command prints and passes it on to the engine's log.
package output

// Logging says which of a command's streams reach the engine's log. The empty value means both.
// Capturing does not depend on it.
type Logging string

// The values that the npm package declares.
const (
	LogStdout Logging = "stdout"
	LogStderr Logging = "stderr"
	LogBoth   Logging = "stdoutAndStderr"
	LogNone   Logging = "none"
)

// Valid reports whether l is a declared value or empty.
func (l Logging) Valid() bool {
	switch l {
	case "", LogStdout, LogStderr, LogBoth, LogNone:
		return true
	}
	return false
}

func (l Logging) stdout() bool { return l == "" || l == LogStdout || l == LogBoth }
func (l Logging) stderr() bool { return l == "" || l == LogStderr || l == LogBoth }
