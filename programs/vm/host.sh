# Makes the host's own settings take effect.
finish_host() {
  drop_old_files
  if is_due tmpfiles; then systemd-tmpfiles --create /etc/tmpfiles.d/hapg.conf; fi
  if is_due kernel; then apply_kernel_parameters; fi
  # It keeps its connections and its entries.
  if is_due journal; then systemctl restart systemd-journald.service; fi
  if is_due watchdog; then
    # A kernel without the module has no watchdog; Patroni's `required` mode is for those who insist.
    modprobe softdog 2>/dev/null || true
    udevadm trigger --subsystem-match=misc --action=add 2>/dev/null || true
  fi
  if is_due firewall || firewall_was_flushed; then
    systemctl daemon-reload
    if [ -e /etc/systemd/system/hapg-firewall.service ]; then
      systemctl enable --quiet hapg-firewall.service
      systemctl restart hapg-firewall.service
    else
      rm -f /etc/systemd/system/multi-user.target.wants/hapg-firewall.service
      nft delete table inet hapg 2>/dev/null || true
    fi
  fi
  end
}

# Names such as US/Eastern are in a package of their own since Debian 13; before, they are there anyway.
add_time_zones() {
  is_installed tzdata-legacy || ! apt-cache show tzdata-legacy >/dev/null 2>&1 ||
    install_packages '' tzdata-legacy
}

# make_locales PROGRAM LOCALE...
make_locales() {
  program=$1
  shift
  for locale in "$@"; do
    shift
    # It complains of a locale that the host does not have.
    [ -z "$(LC_ALL=$locale locale 2>&1 >/dev/null)" ] || set -- "$@" "$locale"
  done
  [ "$#" -gt 0 ] || return 0
  is_installed locales || install_packages '' locales
  sh -c "$program" add-locales "$@"
}

# Another program that loads its own rules may have flushed all others.
firewall_was_flushed() {
  [ -e /etc/systemd/system/hapg-firewall.service ] && ! nft list table inet hapg >/dev/null 2>&1
}

apply_kernel_parameters() {
  parameters=/etc/sysctl.d/60-hapg.conf
  if systemd-detect-virt --container --quiet; then
    echo "$host is a container: but for the network's, its kernel parameters are those of the machine below." >&2
    [ ! -e "$parameters" ] || grep '^net\.' "$parameters" | sysctl --quiet --load=- || true
    return 0
  fi
  [ ! -e "$parameters" ] || sysctl --quiet --load="$parameters"
  [ ! -e /etc/tmpfiles.d/hapg-kernel.conf ] || systemd-tmpfiles --create /etc/tmpfiles.d/hapg-kernel.conf
}

remove_host() {
  if [ -e /etc/systemd/system/hapg-firewall.service ]; then
    systemctl disable --quiet --now hapg-firewall.service 2>/dev/null || true
  fi
  remove_files
  systemctl daemon-reload
  for package in "$@"; do apt-mark unhold "$package" >/dev/null 2>&1 || true; done
  rm -f "$state/apt.log"
  # Who owns the data is remembered for as long as there may be any.
}
