# Looks at a host and changes nothing. Prints facts, one a line: KIND, TAB, values.
#   survey DATA_DIRECTORY... -- PACKAGE... -- SERVICE:UNIT...
fact() {
  kind=$1
  shift
  printf '%s' "$kind"
  printf '\t%s' "$@"
  printf '\n'
}

survey() {
  # What programs say is read here, not shown: in one language.
  export LC_ALL=C
  fact clock "$(date +%s%3N)"
  fact distribution "$(. /etc/os-release && echo "$ID ${VERSION_ID:-}")"
  fact memory "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)"
  ! systemd-detect-virt --container --quiet || fact container yes
  fact synchronised "$(timedatectl show --property NTPSynchronized --value 2>/dev/null || echo unknown)"
  [ ! -e /var/lib/hapg/owner ] || fact owner "$(cat /var/lib/hapg/owner)"
  listeners
  ip -o -4 addr show | while read -r _ interface _ address _; do
    fact address "$interface" "${address%/*}"
  done
  while [ "$1" != -- ]; do
    data "$1"
    shift
  done
  shift
  # Without lists of packages, as on a new machine, nothing can be said about what there is to install.
  ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || fact lists yes
  while [ "$1" != -- ]; do
    fact package "$1" "$(package_version "$1")"
    shift
  done
  shift
  for service in "$@"; do
    reason=$(difference "${service%%:*}" "${service#*:}")
    [ "${service#*:}" != patroni.service ] || running_cluster
    fact service "${service%%:*}" "$(systemctl is-active "${service#*:}" 2>/dev/null || true)" "$reason"
  done
}

running_cluster() {
  command -v curl >/dev/null || return 0
  ask_member | for what in config cluster patroni; do
    read -r answer || answer=
    fact $what "$answer"
  done
  fact drift "$(member_drift || true)"
  # What nobody runs with is no sign of a running cluster.
  ! systemctl is-active --quiet patroni.service || fact authority "$(member_authority || true)"
}

listeners() {
  ss -Hltnp | while read -r _ _ _ address _ process; do
    pid=$(echo "$process" | sed -n 's/.*pid=\([0-9]*\).*/\1/p')
    name=$(echo "$process" | sed -n 's/.*(("\([^"]*\)".*/\1/p')
    unit=$(sed -n 's|.*/\([^/]*\.service\).*|\1|p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
    fact listener "${address##*:}" "${unit:--}" "${name:--}"
  done
}

# Free space, and what lies there already.
data() {
  below=$1
  while [ ! -d "$below" ]; do below=$(dirname "$below"); done
  fact free "$1" "$(df --output=avail -m "$below" | tail -n 1 | tr -d ' ')"
  for found in "$1"/*/*/PG_VERSION "$1"/member "$1"/archive/*/archive.info; do
    [ -e "$found" ] || continue
    found=${found%/PG_VERSION}
    fact data "${found%/archive.info}"
  done
}

# The version that is installed, else the one that would be.
package_version() {
  apt-cache policy "$1" | awk '/Installed:/ { i = $2 } /Candidate:/ { c = $2 } END { print i == "" || i == "(none)" ? c : i }'
}

# Why a service is not as the program left it; nothing if it is.
difference() {
  sums=/var/lib/hapg/$1
  [ -e "$sums.sums" ] || { echo "is not set up"; return; }
  changed=$(sha256sum --quiet --check "$sums.sums" 2>/dev/null | sed 's/: FAILED.*//' | paste -sd ' ' -)
  [ -z "$changed" ] || { echo "has changed files: $changed"; return; }
  while read -r mode user path; do
    [ "$(stat -c '%a %U' "$path")" = "$mode $user" ] || { echo "has a file with another mode or user: $path"; return; }
  done <"$sums.modes"
  ! { [ "$1" = host ] && firewall_was_flushed; } || { echo "has no firewall: its rules are not loaded"; return; }
  [ "$2" = - ] || systemctl is-active --quiet "$2" || { echo "does not run"; return; }
  [ "$2" = - ] || systemctl is-enabled --quiet "$2" || echo "would not start with the host"
}

firewall_was_flushed() {
  [ -e /etc/systemd/system/hapg-firewall.service ] && ! nft list table inet hapg >/dev/null 2>&1
}
