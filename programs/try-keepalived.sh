# Judges keepalived.conf before any Keepalived reads it: a running one stops if it reads an error.
#   sh try-keepalived.sh COMMAND...
log=$(mktemp)
"$@" --config-test >"$log" 2>&1 && exit
if ! [ -s "$log" ]; then
  echo "keepalived --config-test failed without a message"
  exit 1
fi
# A trial has no network, so that the host's interfaces are not there, and no rights to look how Keepalived was built.
! grep -vE "interface .* doesn't exist$|Non-existent interface specified in configuration$|^Unable to read build config" "$log"
