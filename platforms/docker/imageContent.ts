import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { catalogue, type Kind } from "../../configs/cluster/catalogue";
import { planOf } from "../../configs/cluster/plan";
import { localesOf } from "../../configs/postgres/locales";
import type { Settings } from "../../configs/settings/schema";

/** Folder of the Dockerfiles. */
export const context = join(__dirname, "..", "..", "images");

/** The images with a file of their own there, each made from another image. */
const further = {
  /** A member's image with pgBackRest. */
  backup: { dockerfile: "backup.Dockerfile", from: "patroni", argument: "MEMBER_IMAGE" },
  /** All exporters. */
  exporter: { dockerfile: "exporter.Dockerfile", from: "base", argument: "BASE" },
} as const;

type Further = keyof typeof further;

/** Kinds of services that run in the image of others. */
type InOthers = "repository" | "postgresexporter" | "pgbouncerexporter" | "nodeexporter" | "probe";

/** An image: a target of `images/Dockerfile`, or one with a file of its own. */
export type Target = Exclude<Kind, InOthers> | Further | "base";

const isFurther = (target: Target): target is Further => target in further;

/** The image from which another is made; undefined: none that has its own name. */
export const madeFrom = (target: Target): Target | undefined =>
  isFurther(target) ? further[target].from : undefined;

/** What an image is built from. */
export interface ImageContent {
  /** Of all files and build arguments. */
  digest: string;
  /** The tag is the digest, so clusters with the same content share an image. */
  name: string;
  /** Arguments of the build in {@link context}. */
  build: { target?: string; dockerfile?: string; buildArgs: Record<string, string> };
}

const isInExporterImage = (
  kind: Kind,
): kind is "postgresexporter" | "pgbouncerexporter" | "nodeexporter" | "probe" =>
  catalogue[kind].isExporter === true;

/** The image that a kind of service runs. */
export function targetOf(kind: Kind, { backup }: Settings): Target {
  if (isInExporterImage(kind)) return "exporter";
  return kind === "repository" || (kind === "patroni" && backup.enabled) ? "backup" : kind;
}

const furtherFiles = new Set<string>(Object.values(further).map(({ dockerfile }) => dockerfile));

/** What the images of a cluster are built from. Reads the files once. */
export class ImageContents {
  private readonly files = contextFiles();

  constructor(private readonly settings: Settings) {}

  of(target: Target): ImageContent {
    const build = isFurther(target)
      ? this.furtherBuild(target)
      : { target, buildArgs: this.buildArgs(target) };
    const own = isFurther(target) ? further[target].dockerfile : undefined;
    const hash = createHash("sha256").update(JSON.stringify(build.buildArgs));
    for (const [path, content] of this.files) {
      if (own === undefined ? !furtherFiles.has(path) : path === own)
        hash.update(path).update(content);
    }
    const digest = hash.digest("hex").slice(0, 12);
    const name = `${this.settings.docker.registry ?? "hapg"}/${target}:${digest}`;
    return { digest, name, build };
  }

  private furtherBuild(target: Further): ImageContent["build"] {
    const { dockerfile, from, argument } = further[target];
    return { dockerfile, buildArgs: { [argument]: this.of(from).name } };
  }

  private buildArgs(target: Target): Record<string, string> {
    const { docker, postgres } = this.settings;
    const locales = localesOf(postgres);
    return {
      BASE_IMAGE: docker.baseImage,
      ...(target === "patroni"
        ? {
            POSTGRES_MAJOR: String(postgres.version),
            POSTGRES_PACKAGES: postgres.packages.join(" "),
            ...(locales.length > 0 ? { LOCALES: locales.join(" ") } : {}),
          }
        : {}),
      ...(docker.packagesAsOf === undefined ? {} : { PACKAGES_AS_OF: docker.packagesAsOf }),
    };
  }
}

/** The image of each service, as `versions` of a platform. */
export function imagesInUse(settings: Settings): Record<string, { image: string }> {
  const contents = new ImageContents(settings);
  const names = perKind((kind) => contents.of(targetOf(kind, settings)).name);
  return Object.fromEntries(
    planOf(settings).map(({ name, kind }) => [name, { image: names(kind) }]),
  );
}

/** Asks once for each kind of service: an image's files are many. */
function perKind(ask: (kind: Kind) => string): (kind: Kind) => string {
  const known = new Map<Kind, string>();
  return (kind) => {
    const found = known.get(kind) ?? ask(kind);
    known.set(kind, found);
    return found;
  };
}

/** The files in {@link context}, each with its path there. */
function contextFiles(): [string, Buffer][] {
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [relative(context, file), readFileSync(file)]);
}
