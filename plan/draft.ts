import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { PostgresCluster } from "../components/postgresCluster";
import { planOf } from "../configs/cluster/plan";
import { dynamicConfig } from "../configs/patroni/dynamicConfig";
import type { Settings } from "../configs/settings/schema";
import { ImageContents, targetOf } from "../platforms/docker/imageContent";
import type { Service } from "../platforms/platform";
import { type Draft, draftFormat, type DraftService } from "./draftModel";
import { DraftPlatform } from "./draftPlatform";

/**
 * Runs the components without an engine: it needs no credentials, no cluster and no Docker Engine.
 * One call after the other: Pulumi's runtime is global.
 */
export async function draftOf(settings: Settings): Promise<Draft> {
  const platform = new DraftPlatform(settings);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: name,
        state: { ...(inputs as object), ...placeholders(type, name, inputs as Keepers) },
      }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    ...(["hapg", "plan", false, "organization"] as const),
  );
  // Pulumi keeps a stack trace with every promise, which takes most of the time.
  Error.stackTraceLimit = 0;
  new PostgresCluster("cluster", settings, undefined, () => () => platform);
  const services = Promise.all(platform.services.map(described));
  const scripts = Promise.all(
    platform.scripts.map(async ({ name, command, stdin }) => {
      const text = await known(stdin);
      return [name, digest(JSON.stringify([command, text]))] as const;
    }),
  );
  await pulumi.runtime.disconnect();
  return {
    format: draftFormat,
    settings,
    services: await services,
    scripts: Object.fromEntries(await scripts),
    dynamic: dynamicConfig(settings, platform),
    images: imagesOf(settings),
  };
}

function imagesOf(settings: Settings): Draft["images"] {
  if (settings.platform !== "docker") return {};
  const contents = new ImageContents(settings);
  const kinds = planOf(settings).map(({ kind }) => kind);
  return Object.fromEntries(
    kinds.map((kind) => [kind, contents.of(targetOf(kind, settings)).digest]),
  );
}

/** Fields whose change does nothing to a running service. */
const withoutEffect = ["permissions", "proof", "handOver", "reloaded"];

async function described(service: Service): Promise<DraftService> {
  const { name, kind, files, readiness, ...rest } = service;
  const seen = Object.entries(rest).filter(([field]) => !withoutEffect.includes(field));
  return {
    ...{ name, kind },
    files: await Promise.all(
      files.map(async ({ path, onChange, content }) => ({
        ...{ path, onChange },
        content: await known(content),
      })),
    ),
    definition: { ...Object.fromEntries(seen), healthCheck: readiness.command },
  };
}

const known = (input: pulumi.Input<string>): Promise<string> =>
  new Promise((resolve) => {
    pulumi.output(input).apply(resolve);
  });

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

interface Keepers {
  keepers?: { rotation?: string };
}

/** What stands for a secret: it changes when the secret is generated anew. */
function placeholders(type: string, name: string, { keepers }: Keepers): Record<string, unknown> {
  const rotation = keepers?.rotation === undefined ? "" : ` ${keepers.rotation}`;
  switch (type.split("/").at(-1)?.split(":").at(-1)) {
    case "RandomPassword":
      return { result: pulumi.secret(`<password ${name}${rotation}>`) };
    case "PrivateKey":
      return { privateKeyPem: pulumi.secret(`<private key ${name}>\n`) };
    case "SelfSignedCert":
    case "LocallySignedCert":
      return { certPem: `<certificate ${name}>\n`, validityEndTime: "2100-01-01T00:00:00Z" };
    case "CertRequest":
      return { certRequestPem: `<request ${name}>\n` };
    default:
      return {};
  }
}
