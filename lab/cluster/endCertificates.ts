import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configDirectories, paths } from "../../configs/cluster/paths";
import { planOf } from "../../configs/cluster/plan";
import { succeed } from "../../platforms/command";
import { etcdOperatorIdentity } from "../../configs/tls/certificates";
import { endCertificatesAt, type Signing, signingsIn } from "../exportedState";
import type { ClusterUnderTest } from "./clusterUnderTest";

/**
 * Replaces every service's certificate with one for the same key that expired yesterday, restarts
 * all services, and updates the state accordingly.
 */
export async function endCertificates({
  stack,
  environment,
  parsedSettings,
}: ClusterUnderTest): Promise<void> {
  const signings = signingsIn(await stack.resources());
  const ended = async (name: string): Promise<string> => {
    const signing = signings.find((one) => one.name.endsWith(`-certificates-${name}`));
    if (signing === undefined) throw new Error(`${name} has no certificate`);
    return endedCertificate(signing);
  };
  const operator = await ended(etcdOperatorIdentity);
  for (const { name, kind } of planOf(parsedSettings)) {
    if (kind === "keepalived") continue;
    // The file's owner and mode stay.
    const put = (file: string) =>
      `new=$(sed '/BEGIN CERTIFICATE/,$d' ${file}; cat); printf '%s\\n' "$new" >${file}`;
    await environment.inFilesOf(
      name,
      put(paths.identityOf(configDirectories[kind])),
      await ended(name),
    );
    if (kind === "etcd") await environment.inFilesOf(name, put(paths.etcdOperator), operator);
  }
  const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
  await stack.edit((resources) => {
    endCertificatesAt(yesterday, resources);
  });
  await environment.restartAll();
}

async function endedCertificate({ request, ca, caKey }: Signing): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "hapg-ended-"));
  try {
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    const out = join(folder, "certificate.pem");
    await succeed([
      ...["openssl", "x509", "-req", "-in", file("request.pem", request), "-days", "-1"],
      ...["-CA", file("ca.pem", ca), "-CAkey", file("ca.key", caKey), "-set_serial", "1"],
      ...["-copy_extensions", "copy", "-out", out],
    ]);
    return await succeed(["cat", out]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
