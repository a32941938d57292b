package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	firstRetryDelay = 200 * time.Millisecond
	lastRetryDelay  = 5 * time.Second
)

// dialer opens a network connection, from here or from another host.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Dial connects and logs in to the host of c, trying again while that fails: a host that has just
// been made may not answer, or not know its users, yet. status tells the user of retries.
func Dial(ctx context.Context, c Connection, status func(line string)) (client *ssh.Client, close func(), err error) {
	if c.Proxy == nil {
		return dialRetrying(ctx, &c.Endpoint, (&net.Dialer{}).DialContext, status)
	}
	proxy, closeProxy, err := dialRetrying(ctx, c.Proxy, (&net.Dialer{}).DialContext, status)
	if err != nil {
		return nil, nil, fmt.Errorf("proxy: %w", err)
	}
	client, closeClient, err := dialRetrying(ctx, &c.Endpoint, proxy.DialContext, status)
	if err != nil {
		closeProxy()
		return nil, nil, fmt.Errorf("through proxy %s: %w", c.Proxy.address(), err)
	}
	return client, func() { closeClient(); closeProxy() }, nil
}

func dialRetrying(
	ctx context.Context, e *Endpoint, dial dialer, status func(string),
) (*ssh.Client, func(), error) {
	config, err := e.clientConfig()
	if err != nil {
		return nil, nil, err
	}
	limit := e.dialErrorLimit()
	delay := firstRetryDelay
	for failures := 1; ; failures++ {
		client, err := dialOnce(ctx, e, *config, dial)
		if err == nil {
			return client, func() { _ = client.Close() }, nil
		}
		if limit >= 0 && failures > limit {
			return nil, nil, fmt.Errorf("connecting to %s failed %d times: %w", e.address(), failures, err)
		}
		status(fmt.Sprintf("connecting to %s failed (%v), trying again", e.address(), err))
		select {
		case <-ctx.Done():
			return nil, nil, fmt.Errorf("connecting to %s: %w: %w", e.address(), context.Cause(ctx), err)
		case <-time.After(delay):
		}
		delay = min(delay*3/2, lastRetryDelay)
	}
}

// dialOnce connects and logs in once, all of it within the endpoint's time limit.
func dialOnce(ctx context.Context, e *Endpoint, config ssh.ClientConfig, dial dialer) (*ssh.Client, error) {
	if limit := e.dialTimeout(); limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %s", limit))
		defer cancel()
	}
	auth, closeAgent, err := e.logins()
	if err != nil {
		return nil, err
	}
	defer closeAgent()
	config.Auth = auth
	conn, err := dial(ctx, "tcp", e.address())
	if err != nil {
		return nil, errors.Join(context.Cause(ctx), err)
	}
	// The handshake knows no context: closing the connection is what ends it.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	sshConn, channels, requests, err := ssh.NewClientConn(conn, e.address(), &config)
	if !stop() {
		err = errors.Join(context.Cause(ctx), err)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return ssh.NewClient(sshConn, channels, requests), nil
}
