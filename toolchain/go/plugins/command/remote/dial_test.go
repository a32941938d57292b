package remote

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func discard(string) {}

// dial connects and closes the connection again.
func dial(c Connection, status func(string)) error {
	_, closeClient, err := Dial(context.Background(), c, status)
	if err == nil {
		closeClient()
	}
	return err
}

func TestWaysToLogIn(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	server := startServer(t)
	byKey := server.endpoint()
	byKey.Password, byKey.PrivateKey = "", server.userKey
	byAgent := server.endpoint()
	byAgent.Password, byAgent.AgentSocketPath = "", startAgent(t, server.userKey)
	for name, endpoint := range map[string]Endpoint{
		"password": server.endpoint(), "key": byKey, "agent": byAgent,
	} {
		if err := dial(Connection{Endpoint: endpoint}, discard); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := server.endpoint()
	wrong.Password = "wrong"
	if err := dial(Connection{Endpoint: wrong}, discard); err == nil {
		t.Error("a wrong password logs in")
	}
}

func startAgent(t *testing.T, privateKey string) string {
	t.Helper()
	key, err := ssh.ParseRawPrivateKey([]byte(privateKey))
	if err != nil {
		t.Fatal(err)
	}
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "agent")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keyring, conn) }()
		}
	}()
	return path
}

func TestAgentThatIsGoneMattersOnlyIfItIsAskedFor(t *testing.T) {
	server := startServer(t)
	t.Setenv("SSH_AUTH_SOCK", filepath.Join(t.TempDir(), "gone"))
	if err := dial(server.connection(), discard); err != nil {
		t.Errorf("named by the environment: %v", err)
	}
	endpoint := server.endpoint()
	endpoint.AgentSocketPath = filepath.Join(t.TempDir(), "gone")
	if err := dial(Connection{Endpoint: endpoint}, discard); err == nil {
		t.Error("named by the program: no error")
	}
}

func TestHostKeyIsChecked(t *testing.T) {
	server, other := startServer(t), startServer(t)
	endpoint := server.endpoint()
	endpoint.HostKey = other.hostKey
	if err := dial(Connection{Endpoint: endpoint}, discard); err == nil || !strings.Contains(err.Error(), "host key") {
		t.Errorf("another host's key: got %v", err)
	}
	endpoint.HostKey = ""
	if err := dial(Connection{Endpoint: endpoint}, discard); err != nil {
		t.Errorf("no key: %v", err)
	}
	endpoint.HostKey = "nonsense"
	if err := dial(Connection{Endpoint: endpoint}, discard); err == nil || !strings.Contains(err.Error(), "hostKey") {
		t.Errorf("no key at all: got %v", err)
	}
}

func TestProxyForwardsTheConnection(t *testing.T) {
	server, proxy := startServer(t), startServer(t)
	through := proxy.endpoint()
	connection := server.connection()
	connection.Proxy = &through
	if err := dial(connection, discard); err != nil {
		t.Fatal(err)
	}
	if len(proxy.forwarded) != 1 || proxy.forwarded[0] != server.listener.Addr().String() {
		t.Errorf("the proxy forwarded to %q", proxy.forwarded)
	}
}

func TestDialErrorLimitCountsRetries(t *testing.T) {
	server := startServer(t)
	endpoint := server.endpoint()
	_ = server.listener.Close() // nobody answers at its port
	limit := 2.0
	endpoint.DialErrorLimit = &limit
	var retries []string
	err := dial(Connection{Endpoint: endpoint}, func(line string) { retries = append(retries, line) })
	if err == nil || !strings.Contains(err.Error(), "failed 3 times") || len(retries) != 2 {
		t.Errorf("error %v, retries %q", err, retries)
	}
}

func TestRetryFindsAHostThatComesUpLate(t *testing.T) {
	server := startServer(t)
	endpoint := server.endpoint()
	address := server.listener.Addr().String()
	_ = server.listener.Close()
	unlimited := -1.0
	endpoint.DialErrorLimit = &unlimited
	up := false
	err := dial(Connection{Endpoint: endpoint}, func(string) {
		if up {
			return
		}
		up = true
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { _ = listener.Close() })
		go server.serve(listener)
	})
	if err != nil || !up {
		t.Errorf("error %v, came up late: %t", err, up)
	}
}

func TestPerDialTimeoutCoversTheHandshake(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	port, limit, timeout := float64(silent.Addr().(*net.TCPAddr).Port), 0.0, 1.0
	endpoint := Endpoint{Host: "127.0.0.1", Port: &port, DialErrorLimit: &limit, PerDialTimeout: &timeout}
	start := time.Now()
	err = dial(Connection{Endpoint: endpoint}, discard)
	if err == nil || !strings.Contains(err.Error(), "no answer within 1s") || time.Since(start) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}

func TestCancellingEndsRetries(t *testing.T) {
	unlimited, port := -1.0, 1.0
	ctx, cancel := context.WithCancelCause(context.Background())
	endpoint := Endpoint{Host: "127.0.0.1", Port: &port, DialErrorLimit: &unlimited}
	_, _, err := Dial(ctx, Connection{Endpoint: endpoint}, func(string) { cancel(errors.New("enough")) })
	if err == nil || !strings.Contains(err.Error(), "enough") {
		t.Errorf("got %v", err)
	}
}
