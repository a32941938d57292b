import { paths } from "../../configs/cluster/paths";

/** Free space beside the existing WAL, in MiB: less than two segments. */
const spareMegabytes = 20;
/** Space that the volume never has, in MiB. */
const mostMegabytes = 1024;
const kept = "/tmp/hapg-drill-wal";

const scripts = (major: number) => {
  const data = paths.pgData(major);
  const wal = `${data}/pg_wal`;
  const stopPostgres = [
    `if pid=$(head -n 1 ${data}/postmaster.pid 2>/dev/null); then`,
    '  kill -s INT "$pid" 2>/dev/null || true',
    '  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done',
    "fi",
  ];
  return { data, wal, stopPostgres };
};

/**
 * A shell script that moves a standby's WAL to a small volume in memory. It runs as root in the
 * member's mount namespace, while Patroni is frozen.
 */
export function moveWalToSmallVolume(major: number): string {
  const { data, wal, stopPostgres } = scripts(major);
  return [
    "set -eu",
    ...stopPostgres,
    `owner=$(stat -c %u:%g ${data})`,
    `mkdir -p ${kept}`,
    `mount --bind ${wal} ${kept}`,
    // Otherwise, where mounts are shared, the next one would also cover it.
    `mount --make-private ${kept}`,
    `size=$(($(du -sm ${wal} | cut -f1) + ${spareMegabytes}))`,
    `mount -t tmpfs -o "size=\${size}m,mode=700" tmpfs ${wal}`,
    `cp -a ${kept}/. ${wal}/`,
    `chown "$owner" ${wal}`,
  ].join("\n");
}

/**
 * A shell script that fills only that volume. It runs as the member's user in its mount namespace.
 */
export function fillSmallVolume(major: number): string {
  const { wal } = scripts(major);
  return [
    `mountpoint -q ${wal} || { echo "the WAL is on no volume of its own" >&2; exit 1; }`,
    `dd if=/dev/zero of=${wal}/ballast bs=1M count=${mostMegabytes} 2>/dev/null || true`,
  ].join("\n");
}

/** A shell script that empties it again: PostgreSQL recovers by itself. */
export const emptySmallVolume = (major: number): string => `rm -f ${scripts(major).wal}/ballast`;

/**
 * A shell script that restores the former place of the WAL; it runs in the same way as the first
 * one.
 */
export function moveWalBack(major: number): string {
  const { wal, stopPostgres } = scripts(major);
  return [
    "set -eu",
    `mountpoint -q ${kept} || exit 0`,
    `[ ${wal} -ef ${kept} ] && { echo "the former WAL is out of reach" >&2; exit 1; }`,
    ...stopPostgres,
    `rm -f ${wal}/ballast`,
    `rm -rf ${kept}/*`,
    `cp -a ${wal}/. ${kept}/`,
    `umount ${wal}`,
    `umount ${kept}`,
  ].join("\n");
}
