import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Kind } from "../../configs/cluster/catalogue";
import { planOf } from "../../configs/cluster/plan";
import { localesOf } from "../../configs/postgres/locales";
import type { Settings } from "../../configs/settings/schema";

/** Folder of the Dockerfiles. */
export const context = join(__dirname, "..", "..", "images");

/** The file there that adds pgBackRest to a member's image. */
const withBackups = "backup.Dockerfile";

/** An image: a target of `images/Dockerfile`, or `backup`, a member's image with pgBackRest. */
export type Target = Exclude<Kind, "repository"> | "base";

/** What an image is built from. */
export interface ImageContent {
  /** Of all files and build arguments. */
  digest: string;
  /** The tag is the digest, so clusters with the same content share an image. */
  name: string;
  /** Arguments of the build in {@link context}. */
  build: { target?: string; dockerfile?: string; buildArgs: Record<string, string> };
}

/** The image that a kind of service runs. */
export const targetOf = (kind: Kind, { backup }: Settings): Target =>
  backup.enabled && ["patroni", "backup", "repository"].includes(kind)
    ? "backup"
    : (kind as Target);

/** What the images of a cluster are built from. Reads the files once. */
export class ImageContents {
  private readonly files = contextFiles();

  constructor(private readonly settings: Settings) {}

  of(target: Target): ImageContent {
    const build =
      target === "backup"
        ? { dockerfile: withBackups, buildArgs: { MEMBER_IMAGE: this.of("patroni").name } }
        : { target, buildArgs: this.buildArgs(target) };
    const hash = createHash("sha256").update(JSON.stringify(build.buildArgs));
    for (const [path, content] of this.files) {
      if ((path === withBackups) === (target === "backup")) hash.update(path).update(content);
    }
    const digest = hash.digest("hex").slice(0, 12);
    const name = `${this.settings.docker.registry ?? "hapg"}/${target}:${digest}`;
    return { digest, name, build };
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
