// Package remote runs commands and copies files over SSH.
package remote

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"
)

// Connection says how to reach a host, if need be through another one.
type Connection struct {
	Endpoint
	Proxy *Endpoint `json:"proxy"`
}

// Endpoint is one SSH server and the means to log in to it. The npm package fills in the defaults
// given here; they are repeated for programs in other languages.
type Endpoint struct {
	Host               string   `json:"host"`
	Port               *float64 `json:"port"` // default: 22
	User               *string  `json:"user"` // default: root
	Password           string   `json:"password"`
	PrivateKey         string   `json:"privateKey"`
	PrivateKeyPassword string   `json:"privateKeyPassword"`
	AgentSocketPath    string   `json:"agentSocketPath"` // default: SSH_AUTH_SOCK
	HostKey            string   `json:"hostKey"`         // default: any key is accepted
	DialErrorLimit     *float64 `json:"dialErrorLimit"`  // default: 10; below 0: no limit
	PerDialTimeout     *float64 `json:"perDialTimeout"`  // seconds; default: 15; 0: no limit
}

func (e *Endpoint) address() string {
	return net.JoinHostPort(e.Host, strconv.Itoa(orDefault(e.Port, 22)))
}

func (e *Endpoint) dialErrorLimit() int { return orDefault(e.DialErrorLimit, 10) }

func (e *Endpoint) dialTimeout() time.Duration {
	return time.Duration(orDefault(e.PerDialTimeout, 15)) * time.Second
}

func orDefault(value *float64, otherwise int) int {
	if value == nil {
		return otherwise
	}
	return int(*value)
}

// clientConfig returns the configuration of an SSH client for e. The caller sets the methods of
// logging in.
func (e *Endpoint) clientConfig() (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{User: "root", HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	if e.User != nil {
		config.User = *e.User
	}
	if e.HostKey != "" {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(e.HostKey))
		if err != nil {
			return nil, fmt.Errorf("connection.hostKey: want a line as in known_hosts, without the host name: %w", err)
		}
		config.HostKeyCallback = ssh.FixedHostKey(key)
		config.HostKeyAlgorithms = signatureAlgorithms(key.Type())
	}
	return config, nil
}

// signatureAlgorithms returns the algorithms with which a server can prove to have a key of the
// given type. Servers of today refuse the one that is named like the RSA key type.
func signatureAlgorithms(keyType string) []string {
	if keyType == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
	}
	return []string{keyType}
}
