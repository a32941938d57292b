# Debian packages: installed without anything being started, and held at their version.
apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qy -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confold "$@" >"$state/apt.log" 2>&1 || {
    echo "$host: apt-get $1 failed:" >&2
    tail -n 20 "$state/apt.log" | sed 's/^/  | /' >&2
    return 1
  }
}

# is_installed NAME[=VERSION]
is_installed() {
  have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "${1%%=*}" 2>/dev/null) || return 1
  case $1 in
    *=*) [ "$have" = "installed ${1#*=}" ] ;;
    *) [ "${have%% *}" = installed ] ;;
  esac
}

# install_packages UNITS NAME[=VERSION]...
# Installs those that are not there, in the version asked for. The packages' scripts start and restart
# UNITS of their own accord, which is not theirs to decide here: a masked unit they leave alone.
install_packages() {
  units=$1
  shift
  wanted='' names='' failed=''
  for package in "$@"; do
    is_installed "$package" || wanted="$wanted $package"
    names="$names ${package%%=*}"
  done
  if [ -n "$wanted" ]; then
    : >"$state/$owner.due/restart"
    apt update
    # shellcheck disable=SC2086 # words
    [ -z "$units" ] || systemctl mask --quiet --runtime $units 2>/dev/null
    # shellcheck disable=SC2086
    apt install --no-install-recommends --allow-change-held-packages --allow-downgrades $wanted ||
      failed=yes
    # What runs has to be able to start again, whatever became of the packages.
    # shellcheck disable=SC2086
    [ -z "$units" ] || systemctl unmask --quiet --runtime $units
    [ -z "$failed" ] || return 1
  fi
  # Nobody else's upgrade restarts a member.
  # shellcheck disable=SC2086
  apt-mark hold $names >/dev/null
}

# add_postgresql_repository URL
# The key is in a package of the distribution, which is what makes it trustworthy.
add_postgresql_repository() {
  is_installed postgresql-common || install_packages "" postgresql-common ca-certificates
  key=
  for kind in gpg asc; do
    file=/usr/share/postgresql-common/pgdg/apt.postgresql.org.$kind
    [ ! -e "$file" ] || key=$file
  done
  [ -n "$key" ] || { echo "$host: postgresql-common has no key of PostgreSQL's repository" >&2; return 1; }
  put_file /etc/apt/sources.list.d/hapg-postgresql.sources 644 root packages <<END
Types: deb
URIs: $1
Suites: $(. /etc/os-release && echo "$VERSION_CODENAME")-pgdg
Components: main
Signed-By: $key
.
END
}
