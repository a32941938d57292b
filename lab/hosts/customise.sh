# Makes the bare Debian system in the folder $1 a machine that boots as a test host: a hook of mmdebstrap.
set -eu

# What tells machines apart is made at the first boot; names and name servers are the Engine's to say.
rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/etc/resolv.conf"
: >"$1/etc/machine-id"
cat >"$1/etc/systemd/system/ssh-host-keys.service" <<'END'
[Unit]
Description=Host keys of a new machine
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
ExecStart=ssh-keygen -A

[Install]
RequiredBy=ssh.service
END
chroot "$1" systemctl enable ssh-host-keys.service

# Somebody to log in as, as clouds make it.
chroot "$1" useradd --create-home --shell /bin/bash deploy
echo "deploy ALL=(ALL) NOPASSWD: ALL" >"$1/etc/sudoers.d/deploy"
chmod 440 "$1/etc/sudoers.d/deploy"
chroot "$1" install -d -m 700 /root/.ssh
chroot "$1" install -d -m 700 -o deploy -g deploy /home/deploy/.ssh

# There is no screen and no device, and no timer takes the package manager from under a test.
chroot "$1" systemctl set-default multi-user.target
chroot "$1" systemctl mask console-getty.service getty@.service getty-static.service \
  systemd-udevd.service systemd-firstboot.service fstrim.timer apt-daily.timer apt-daily-upgrade.timer

# A container's own network settings can be set, all others are the Engine's machine's and read-only: so
# only these are applied at boot.
mkdir "$1/etc/systemd/system/systemd-sysctl.service.d"
cat >"$1/etc/systemd/system/systemd-sysctl.service.d/network-only.conf" <<'END'
[Unit]
ConditionPathIsReadWrite=
ConditionPathIsReadWrite=/proc/sys/net

[Service]
ExecStart=
ExecStart=/lib/systemd/systemd-sysctl --prefix=net
END

# Runs before systemd and prepares what a container lacks of a machine.
cat >"$1/usr/local/sbin/boot" <<'END'
#!/bin/sh
# Control groups that systemd may write: the Engine mounts them read-only, and maybe in their first version.
umount -R /sys/fs/cgroup && mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup
# Network settings that can be set: the container has its own.
mount -t proc proc /mnt && mount --bind /mnt/sys/net /proc/sys/net && umount /mnt
exec /sbin/init
END
chmod 755 "$1/usr/local/sbin/boot"
