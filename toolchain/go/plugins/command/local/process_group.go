package local

import (
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// killDelay is how long a cancelled command may take to end by itself.
const killDelay = 5 * time.Second

// processGroup is a command together with the processes it starts.
type processGroup struct {
	mu   sync.Mutex
	kill *time.Timer
	over bool
}

// newProcessGroup gives cmd a process group of its own and ends the whole group when cmd's context
// does: first politely, after killDelay by force.
func newProcessGroup(cmd *exec.Cmd) *processGroup {
	group := &processGroup{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		group.mu.Lock()
		defer group.mu.Unlock()
		id := -cmd.Process.Pid
		if !group.over {
			group.kill = time.AfterFunc(killDelay, func() { _ = syscall.Kill(id, syscall.SIGKILL) })
		}
		return syscall.Kill(id, syscall.SIGTERM)
	}
	return group
}

// ended tells the group that its command was waited for: its number may now be reused, so it must
// not be signalled any more.
func (g *processGroup) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.over = true
	if g.kill != nil {
		g.kill.Stop()
	}
}
