# Whether this host holds the virtual address. Changes nothing.
#   ADDRESS
fact now date +%s
fact addresses ip -o -4 addr show
fact process pgrep --exact keepalived
