package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hapg/toolchain/plugins/command/output"

	"golang.org/x/crypto/ssh"
)

// Inputs are the inputs of remote.Command that concern how a command runs.
type Inputs struct {
	Connection             Connection        `json:"connection"`
	Environment            map[string]string `json:"environment"` // the server must accept these
	Stdin                  string            `json:"stdin"`
	Logging                output.Logging    `json:"logging"`
	AddPreviousOutputInEnv *bool             `json:"addPreviousOutputInEnv"` // default: true
}

// Run runs command on the host of the connection. previous is what the command before it printed.
// When ctx ends, the command is asked to end and the connection is closed. The error is an
// *output.Failure if the command ran.
func Run(
	ctx context.Context, command string, in Inputs, previous output.Result, log func(line string),
) (output.Result, error) {
	client, closeClient, err := Dial(ctx, in.Connection, log)
	if err != nil {
		return output.Result{}, err
	}
	defer closeClient()
	session, err := client.NewSession()
	if err != nil {
		return output.Result{}, fmt.Errorf("opening a session: %w", err)
	}
	defer session.Close()
	if err := setEnvironment(session, in, previous, log); err != nil {
		return output.Result{}, err
	}
	if in.Stdin != "" {
		session.Stdin = strings.NewReader(in.Stdin)
	}
	capture := output.NewCapture(in.Logging, log)
	session.Stdout = capture.Stdout()
	session.Stderr = capture.Stderr()

	stop := context.AfterFunc(ctx, func() {
		_ = session.Signal(ssh.SIGTERM)
		_ = client.Close()
	})
	err = session.Run(command)
	cancelled := !stop()

	result := capture.Result()
	if err != nil {
		if cancelled {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		} else {
			err = explain(err)
		}
		return result, &output.Failure{Cause: err, Shown: capture.Shown()}
	}
	return result, nil
}

// explain words the end of a command as the shell would.
func explain(err error) error {
	var exit *ssh.ExitError
	if errors.As(err, &exit) && exit.Signal() == "" {
		return fmt.Errorf("exit status %d", exit.ExitStatus())
	}
	return err
}

// setEnvironment fails if the server does not accept a variable of the program. The previous
// output is an offer that most servers decline: that is only told.
func setEnvironment(session *ssh.Session, in Inputs, previous output.Result, log func(string)) error {
	for name, value := range in.Environment {
		if err := session.Setenv(name, value); err != nil {
			return fmt.Errorf("environment.%s: the server does not accept it (AcceptEnv in its configuration): %w",
				name, err)
		}
	}
	if in.AddPreviousOutputInEnv != nil && !*in.AddPreviousOutputInEnv {
		return nil
	}
	for name, value := range previous.Environment() {
		if err := session.Setenv(name, value); err != nil {
			log(fmt.Sprintf("%s is not set: the server does not accept it", name))
		}
	}
	return nil
}
