package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// idLength is the number of random digits in a resource's id.
const idLength = 8

// Create runs the create command.
func (s *server) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	urn := resource.URN(req.GetUrn())
	properties, err := s.apply(ctx, urn, creating, nil, req.GetProperties(), req.GetPreview(), req.GetTimeout())
	if err != nil || req.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: properties}, err
	}
	id, err := resource.NewUniqueHex(urn.Name(), idLength, 0)
	return &pulumirpc.CreateResponse{Id: id, Properties: properties}, err
}

// Update runs the update command or, without one, the create command again.
func (s *server) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	properties, err := s.apply(ctx, resource.URN(req.GetUrn()), updating, req.GetOlds(), req.GetNews(),
		req.GetPreview(), req.GetTimeout())
	return &pulumirpc.UpdateResponse{Properties: properties}, err
}

// Delete runs the delete command.
func (s *server) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	// The outputs hold the inputs of the last create or update, with which a command is to run.
	_, err := s.apply(ctx, resource.URN(req.GetUrn()), deleting, req.GetProperties(), req.GetProperties(),
		false, req.GetTimeout())
	return &emptypb.Empty{}, err
}

// apply carries out one step of a resource's life, or previews it, and returns its outputs.
func (s *server) apply(
	ctx context.Context, urn resource.URN, step verb, olds, news *structpb.Struct, preview bool, timeout float64,
) (*structpb.Struct, error) {
	kind, err := typeOf(urn)
	if err != nil {
		return nil, err
	}
	op := operation{verb: step}
	if op.state, err = unmarshal(olds); err != nil {
		return nil, err
	}
	if op.inputs, err = unmarshal(news); err != nil {
		return nil, err
	}
	var outputs resource.PropertyMap
	if preview {
		outputs = kind.preview(op)
	} else {
		ctx, cancel := s.running(ctx, timeout)
		defer cancel()
		outputs, err = kind.run(ctx, op, s.logger(urn))
		if err != nil {
			return nil, err
		}
	}
	return marshal(merged(op.inputs, outputs))
}

// running returns the context of a step. It ends with the request, when the engine cancels, or
// after timeout seconds; no timeout is 0.
func (s *server) running(ctx context.Context, timeout float64) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stopForwarding := context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })
	var timer *time.Timer
	if timeout > 0 {
		limit := time.Duration(timeout * float64(time.Second))
		timer = time.AfterFunc(limit, func() { cancel(fmt.Errorf("not done within %s", limit)) })
	}
	return ctx, func() {
		stopForwarding()
		if timer != nil {
			timer.Stop()
		}
		cancel(nil)
	}
}

// logger returns a function that shows lines beside the resource.
func (s *server) logger(urn resource.URN) func(string) {
	return func(line string) {
		// A line that cannot be shown is no reason to fail, and the request's context may be over.
		_ = s.host.LogStatus(context.Background(), diag.Info, urn, line)
	}
}

// Cancel ends all that is running.
func (s *server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.cancel(errors.New("cancelled"))
	return &emptypb.Empty{}, nil
}

func typeOf(urn resource.URN) (resourceType, error) {
	kind, ok := resourceTypes[string(urn.Type())]
	if !ok {
		return resourceType{}, fmt.Errorf("the command plugin has no resource type %q", urn.Type())
	}
	return kind, nil
}
