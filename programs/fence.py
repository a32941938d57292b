"""A fence of nftables: the kernel silences a member whose time is over, even while no program runs.

The fence is a table of its own with a set of ports. A port may answer for as long as it is a member
of the set, and the kernel removes it when its timeout ends. Needs CAP_NET_ADMIN and libnftables.
"""

import ctypes

# Declared first, so that there is one to delete.
NO_FENCE = """
table inet hapg_fence
delete table inet hapg_fence
"""
# A reset and not a drop: PostgreSQL's connection discards what it holds, which would be sent again
# once the fence is gone, and whoever calls Patroni is refused at once.
FENCE = (
    NO_FENCE
    + """
table inet hapg_fence {
  set lease { type inet_service; flags timeout; elements = { LEASES } }
  chain replies {
    type filter hook output priority filter; policy accept;
    tcp sport POSTGRES tcp sport != @lease reject with tcp reset
  }
  chain calls {
    type filter hook input priority filter; policy accept;
    tcp dport API tcp dport != @lease reject with tcp reset
  }
}
"""
)
RENEWAL = """
flush set inet hapg_fence lease
add element inet hapg_fence lease { LEASES }
"""


class Fence:
    """Silences PostgreSQL's port and Patroni's, or does nothing where no fence can be had."""

    def __init__(self, ports, say):
        """`ports` is `POSTGRES,API` or None for no fence; `say` reports a problem in one line."""
        self.ports = [] if ports is None else ports.split(",")
        self.say = say
        self.is_up = False
        self.complaint = None
        self.library = None
        if not self.ports:
            return
        try:
            self.library = ctypes.CDLL("libnftables.so.1")
        except OSError as error:
            self.complain(error)
            return
        self.library.nft_ctx_new.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.library.nft_ctx_new(0))
        # The library's error message is read from there.
        self.library.nft_ctx_buffer_error(self.context)
        self.library.nft_ctx_get_error_buffer.restype = ctypes.c_char_p

    def hold(self, seconds):
        """Both ports may answer for so many seconds from now on, and not longer."""
        # Another program may have flushed all tables.
        if not (self.is_up and self.done(RENEWAL, seconds)):
            self.run(FENCE, seconds)
        self.is_up = True

    def release(self):
        """Removes the fence."""
        self.run(NO_FENCE)
        self.is_up = False

    def run(self, commands, seconds=0):
        """Never gives up: a fence that is not renewed would shut out a healthy leader's clients."""
        if self.done(commands, seconds):
            self.complaint = None
        else:
            self.complain(self.library.nft_ctx_get_error_buffer(self.context).decode().strip())

    def done(self, commands, seconds):
        if self.library is None:
            return True
        postgres, api = self.ports
        leases = ", ".join(f"{port} timeout {max(1, int(seconds * 1000))}ms" for port in self.ports)
        text = commands.replace("POSTGRES", postgres).replace("API", api).replace("LEASES", leases)
        return self.library.nft_run_cmd_from_buffer(self.context, text.encode()) == 0

    def complain(self, error):
        """Reports a problem once, not with each renewal."""
        if str(error) != self.complaint:
            self.say(f"there is no fence: {error}")
        self.complaint = str(error)
