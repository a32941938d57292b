import type { SettingsInput } from "../../configs/settings/schema";
import { type FoundOnHosts, vmCluster } from "./fixtures";
import { plain, record, type Recorded, type Recorder } from "./mocks";
import { hereDocument, unpacked } from "./unpacked";

/** The type of resources that run something on a host. */
export const commandType = "command:remote:Command";
/** The names of the hosts. */
export const hosts = ["db1", "db2", "db3"];
/** The services of a family, one on each host. */
export const servicesOf = (family: string) => [1, 2, 3].map((i) => `${family}${i}`);
/** All families of services. */
export const families = ["etcd", "patroni", "haproxy", "pgbouncer", "keepalived"];
/** All services. */
export const services = families.flatMap(servicesOf);
/** The host of a service: its number is the host's. */
export const hostOf = (service: string) => service.replace(/^\D+/, "db");

/** With an address that follows a working HAProxy, and so with services of every family. */
export const withAddress: Partial<SettingsInput> = {
  keepalived: { virtualAddress: "10.0.0.100" },
};

const recorded = new Map<string, Promise<Recorder>>();
/** What the program registers for an input, kept for the next test that asks for the same. */
export function recordCluster(
  input: Partial<SettingsInput> = {},
  findings: FoundOnHosts = {},
  preview = false,
): Promise<Recorder> {
  const key = JSON.stringify([input, findings, preview]);
  const recorder = recorded.get(key) ?? record(() => vmCluster(input, findings), preview);
  recorded.set(key, recorder);
  return recorder;
}

/** The standard input of a command, with the files in it as they will be on the host. */
export const scriptOf = ({ inputs }: Recorded) =>
  unpacked(String(plain(inputs.stdin))).replace(hereDocument, "\n$<text>");

/** A file that a script puts on its host. */
export interface PutFile {
  path: string;
  /** Permission bits, as octal digits. */
  mode: string;
  user: string;
  /** What a change of it asks for. */
  kind: string;
  content: string;
}
/** The files that a resource puts on its host. */
export function filesOf({ inputs }: Recorded): PutFile[] {
  const put = new RegExp(
    `^put_file (?<path>\\S+) (?<mode>\\d+) (?<user>\\S+) (?<kind>\\S+)${hereDocument.source}`,
    "gm",
  );
  return [...unpacked(String(plain(inputs.stdin))).matchAll(put)].map(
    ({ groups: { path = "", mode = "", user = "", kind = "", text = "" } = {} }) => ({
      path: path.replaceAll("'", ""),
      mode,
      user,
      kind,
      content: text,
    }),
  );
}
/** What a resource writes into one file; undefined if it puts none there. */
export const fileOf = (resource: Recorded, path: string) =>
  filesOf(resource).find((file) => file.path === path)?.content;
/** The call in a script that begins with this word, as its words. */
export function callOf(resource: Recorded, word: string): string[] {
  const line = scriptOf(resource)
    .split("\n")
    .find((one) => one.startsWith(`'${word}' `));
  return (line ?? "").split(" ").map((one) => one.replaceAll("'", ""));
}

/** What brings a host's or a service's state there. */
export const stateOf = (recorder: Recorder, owner: string) => recorder.named(`test-${owner}-state`);
/** What takes a host's or a service's state away. */
export const removalOf = (recorder: Recorder, owner: string) =>
  recorder.named(`test-${owner}-removal`);
/** Everything that belongs to one host or service. */
export const partsOf = (recorder: Recorder, owner: string) => [
  removalOf(recorder, owner),
  stateOf(recorder, owner),
];
/** Where and as whom a command runs. */
export const targetOf = ({ inputs }: Recorded) => {
  const { host, user } = plain(inputs.connection) as Record<string, unknown>;
  return `${String(user)}@${String(host)}`;
};
/** The name of a resource. */
export const nameOf = ({ name }: Recorded) => name;
