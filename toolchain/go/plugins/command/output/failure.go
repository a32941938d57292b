package output

import "fmt"

// Failure is the error of a command that ran and did not succeed.
type Failure struct {
	Cause error  // says how the command ended, with its exit status
	Shown string // its output, as far as logging lets it out
}

func (f *Failure) Error() string {
	if f.Shown == "" {
		return fmt.Sprintf("the command failed: %v (it printed nothing that may be shown)", f.Cause)
	}
	return fmt.Sprintf("the command failed: %v\n%s", f.Cause, f.Shown)
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }
