package remote

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

const (
	testUser     = "tester"
	testPassword = "open sesame"
)

// sshServer is an SSH server on this machine. It runs commands in a shell, transfers files,
// forwards connections, and accepts variables whose name begins with LC_ or PULUMI_COMMAND_.
type sshServer struct {
	listener net.Listener
	config   *ssh.ServerConfig
	hostKey  string // as in known_hosts, without the host's name
	userKey  string // a private key that may log in

	mu        sync.Mutex
	forwarded []string // addresses that connections were forwarded to
}

func startServer(t *testing.T) *sshServer {
	t.Helper()
	s := &sshServer{config: &ssh.ServerConfig{}}
	host, _ := newKey(t)
	user, userPEM := newKey(t)
	s.userKey = userPEM
	s.hostKey = strings.TrimSpace(string(ssh.MarshalAuthorizedKey(host.PublicKey())))
	s.config.AddHostKey(host)
	s.config.PasswordCallback = func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
		if c.User() == testUser && string(password) == testPassword {
			return nil, nil
		}
		return nil, errors.New("wrong password")
	}
	s.config.PublicKeyCallback = func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		if c.User() == testUser && string(key.Marshal()) == string(user.PublicKey().Marshal()) {
			return nil, nil
		}
		return nil, errors.New("unknown key")
	}
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.listener.Close() })
	go s.serve(s.listener)
	return s
}

func newKey(t *testing.T) (ssh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	return signer, string(pem.EncodeToMemory(block))
}

// endpoint logs in by password and checks the host's key.
func (s *sshServer) endpoint() Endpoint {
	user, limit := testUser, 0.0
	port := float64(s.listener.Addr().(*net.TCPAddr).Port)
	return Endpoint{
		Host: "127.0.0.1", Port: &port, User: &user, Password: testPassword,
		HostKey: s.hostKey, DialErrorLimit: &limit,
	}
}

func (s *sshServer) connection() Connection { return Connection{Endpoint: s.endpoint()} }

func (s *sshServer) serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go s.handle(conn)
	}
}

func (s *sshServer) handle(conn net.Conn) {
	_, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for channel := range channels {
		switch channel.ChannelType() {
		case "session":
			accepted, requests, _ := channel.Accept()
			go serveSession(accepted, requests)
		case "direct-tcpip":
			go s.forward(channel)
		default:
			_ = channel.Reject(ssh.UnknownChannelType, "")
		}
	}
}

func (s *sshServer) forward(channel ssh.NewChannel) {
	var target struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	_ = ssh.Unmarshal(channel.ExtraData(), &target)
	address := (&net.TCPAddr{IP: net.ParseIP(target.Host), Port: int(target.Port)}).String()
	s.mu.Lock()
	s.forwarded = append(s.forwarded, address)
	s.mu.Unlock()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		_ = channel.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	accepted, requests, _ := channel.Accept()
	go ssh.DiscardRequests(requests)
	go func() { _, _ = io.Copy(accepted, conn); _ = accepted.Close() }()
	_, _ = io.Copy(conn, accepted)
	_ = conn.Close()
}

func serveSession(channel ssh.Channel, requests <-chan *ssh.Request) {
	env := os.Environ()
	var running *exec.Cmd
	for request := range requests {
		ok := true
		switch request.Type {
		case "env":
			var variable struct{ Name, Value string }
			_ = ssh.Unmarshal(request.Payload, &variable)
			ok = strings.HasPrefix(variable.Name, "LC_") || strings.HasPrefix(variable.Name, "PULUMI_COMMAND_")
			env = append(env, variable.Name+"="+variable.Value)
		case "exec":
			var command struct{ Line string }
			_ = ssh.Unmarshal(request.Payload, &command)
			running = startShell(channel, command.Line, env)
		case "signal":
			if running != nil {
				_ = syscall.Kill(-running.Process.Pid, syscall.SIGTERM)
			}
		case "subsystem":
			if server, err := sftp.NewServer(channel); err == nil {
				go func() { _ = server.Serve(); _ = channel.Close() }()
			}
		default:
			ok = false
		}
		if request.WantReply {
			_ = request.Reply(ok, nil)
		}
	}
}

func startShell(channel ssh.Channel, line string, env []string) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Env, cmd.Stdout, cmd.Stderr = env, channel, channel.Stderr()
	stdin, _ := cmd.StdinPipe()
	go func() { _, _ = io.Copy(stdin, channel); _ = stdin.Close() }()
	_ = cmd.Start()
	go func() {
		_ = cmd.Wait()
		status := struct{ Code uint32 }{uint32(cmd.ProcessState.ExitCode())}
		_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(status))
		_ = channel.Close()
	}()
	return cmd
}
