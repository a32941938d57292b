package remote

import (
	"fmt"
	"net"
	"os"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// logins returns the ways to log in to e, in the order in which they are tried: key, password,
// agent. close ends the connection to the agent; it may be called when the login is over.
func (e *Endpoint) logins() (methods []ssh.AuthMethod, close func(), err error) {
	close = func() {}
	if e.PrivateKey != "" {
		signer, err := e.signer()
		if err != nil {
			return nil, close, fmt.Errorf("connection.privateKey: %w", err)
		}
		methods = append(methods, ssh.PublicKeys(signer))
	}
	if e.Password != "" {
		methods = append(methods, ssh.Password(e.Password), ssh.KeyboardInteractive(e.answer))
	}
	conn, err := e.dialAgent()
	if err != nil {
		return nil, close, fmt.Errorf("connection.agentSocketPath: %w", err)
	}
	if conn != nil {
		close = func() { _ = conn.Close() }
		methods = append(methods, ssh.PublicKeysCallback(agent.NewClient(conn).Signers))
	}
	return methods, close, nil
}

func (e *Endpoint) signer() (ssh.Signer, error) {
	if e.PrivateKeyPassword != "" {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(e.PrivateKey), []byte(e.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(e.PrivateKey))
}

// answer gives the password to each question of a server that asks instead of taking it.
func (e *Endpoint) answer(_, _ string, questions []string, _ []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range answers {
		answers[i] = e.Password
	}
	return answers, nil
}

// dialAgent connects to the SSH agent, if there is one. An agent that only the environment names
// may be gone; one that the program names must be there.
func (e *Endpoint) dialAgent() (net.Conn, error) {
	if e.AgentSocketPath != "" {
		return net.Dial("unix", e.AgentSocketPath)
	}
	path := os.Getenv("SSH_AUTH_SOCK")
	if path == "" {
		return nil, nil
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		return nil, nil //nolint:nilerr // see above
	}
	return conn, nil
}
