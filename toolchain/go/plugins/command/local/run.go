// Package local runs commands on the machine that runs the engine.
package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"hapg/toolchain/plugins/command/output"
)

// Inputs are the inputs that local.Command and local.run share.
type Inputs struct {
	Interpreter            []string          `json:"interpreter"` // default: /bin/sh -c
	Dir                    string            `json:"dir"`         // default: the project's folder
	Environment            map[string]string `json:"environment"` // added to the plugin's own
	Stdin                  string            `json:"stdin"`
	Logging                output.Logging    `json:"logging"`
	AddPreviousOutputInEnv *bool             `json:"addPreviousOutputInEnv"` // default: true
	AssetPaths             []string          `json:"assetPaths"`
	ArchivePaths           []string          `json:"archivePaths"`
}

// Run runs command to its end. previous is what the command before it printed. When ctx ends, the
// command and the processes it started are terminated. The error is an *output.Failure if the
// command ran.
func Run(
	ctx context.Context, command string, in Inputs, previous output.Result, log func(line string),
) (output.Result, error) {
	interpreter := in.Interpreter
	if len(interpreter) == 0 {
		interpreter = []string{"/bin/sh", "-c"}
	}
	arguments := append(append([]string{}, interpreter[1:]...), command)
	cmd := exec.CommandContext(ctx, interpreter[0], arguments...)
	cmd.Dir = in.Dir
	cmd.Env = environment(in, previous)
	if in.Stdin != "" {
		cmd.Stdin = strings.NewReader(in.Stdin)
	}
	capture := output.NewCapture(in.Logging, log)
	cmd.Stdout = capture.Stdout()
	cmd.Stderr = capture.Stderr()

	group := newProcessGroup(cmd)
	if err := cmd.Start(); err != nil {
		return output.Result{}, fmt.Errorf("starting the command: %w", err)
	}
	err := cmd.Wait()
	group.ended()

	result := capture.Result()
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		return result, &output.Failure{Cause: err, Shown: capture.Shown()}
	}
	return result, nil
}

func environment(in Inputs, previous output.Result) []string {
	env := os.Environ()
	for name, value := range in.Environment {
		env = append(env, name+"="+value)
	}
	if in.AddPreviousOutputInEnv == nil || *in.AddPreviousOutputInEnv {
		for name, value := range previous.Environment() {
			env = append(env, name+"="+value)
		}
	}
	return env
}
