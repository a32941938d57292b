package server

import (
	"context"
	"fmt"

	"hapg/toolchain/plugins/command/output"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// GetPluginInfo tells the plugin's version.
func (s *server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: s.version}, nil
}

// GetSchema returns a schema without content: the engine asks for one only to generate SDKs, and
// the SDK comes from npm.
func (s *server) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{
		Schema: fmt.Sprintf(`{"name":"command","version":%q}`, s.version),
	}, nil
}

// CheckConfig accepts any configuration: there is none.
func (s *server) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
}

// DiffConfig finds no difference: there is no configuration.
func (s *server) DiffConfig(context.Context, *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}, nil
}

// Configure asks for secrets to be marked and for previews.
func (s *server) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true}, nil
}

// Invoke runs local.run.
func (s *server) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	if req.GetTok() != functionLocalRun {
		return nil, fmt.Errorf("the command plugin has no function %q", req.GetTok())
	}
	args, err := unmarshal(req.GetArgs())
	if err != nil {
		return nil, err
	}
	command, ok := text(args, "command")
	if !ok {
		return failedInvoke("command", "is required"), nil
	}
	for input, problem := range checkLogging(args) {
		return failedInvoke(input, problem), nil
	}
	ctx, cancel := s.running(ctx, 0)
	defer cancel()
	outputs, err := runLocal(ctx, command, args, output.Result{}, s.logger(""))
	if err != nil {
		return nil, err
	}
	result, err := marshal(merged(args, outputs))
	return &pulumirpc.InvokeResponse{Return: result}, err
}

func failedInvoke(property, reason string) *pulumirpc.InvokeResponse {
	return &pulumirpc.InvokeResponse{
		Failures: []*pulumirpc.CheckFailure{{Property: property, Reason: reason}},
	}
}
