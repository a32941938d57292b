package output

// Environment variables in which a command finds what the one before it printed.
const (
	previousStdout = "PULUMI_COMMAND_STDOUT"
	previousStderr = "PULUMI_COMMAND_STDERR"
)

// Environment returns the result as variables for the next command; empty output gives none.
func (r Result) Environment() map[string]string {
	environment := map[string]string{}
	if r.Stdout != "" {
		environment[previousStdout] = r.Stdout
	}
	if r.Stderr != "" {
		environment[previousStderr] = r.Stderr
	}
	return environment
}
