import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../../configs/cluster/catalogue";
import { localesOf } from "../../configs/postgres/locales";
import type { Settings } from "../../configs/settings/schema";
import { also } from "../dependsOn";
import { shellCommand } from "../shell";
import { perProgram } from "../perProgram";

/** Folder of the Dockerfile. */
const context = join(__dirname, "..", "..", "images");

/** The file there that adds pgBackRest to a member's image. */
const withBackups = "backup.Dockerfile";

/** A target of the other Dockerfile. */
type Target = Exclude<Kind, "backup" | "repository"> | "base";

/** The images of the program's clusters so far, the latest for each content and Engine. */
const sameContent = perProgram(() => new Map<string, docker.RemoteImage>());

/**
 * The services' images, built on the Engine from `images/`. They are rebuilt only when a file in
 * that directory or a build argument changes.
 */
export class Images extends pulumi.ComponentResource {
  private readonly built = new Map<Target | "backup", docker.RemoteImage>();
  private readonly base: docker.RemoteImage[];
  /** Read once for all images. */
  private readonly files = contextFiles().filter(([path]) => path !== withBackups);

  constructor(
    name: string,
    private readonly settings: Settings,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("hapg:docker:Images", name, {}, opts);
    // Built first: the others reuse its layers instead of building them at the same time.
    this.base = settings.docker.images === "pull" ? [] : [this.build("base", [])];
    this.registerOutputs({});
  }

  /** The image for a kind of service. */
  of(kind: Kind): docker.RemoteImage {
    const needsBackup = ["patroni", "backup", "repository"].includes(kind);
    const target =
      needsBackup && this.settings.backup.enabled ? ("backup" as const) : (kind as Target);
    return this.targeted(target);
  }

  private targeted(target: Target | "backup"): docker.RemoteImage {
    const image =
      this.built.get(target) ??
      (target === "backup" ? this.buildWithBackups() : this.build(target, this.base));
    this.built.set(target, image);
    return image;
  }

  /** A member's image with pgBackRest. */
  private buildWithBackups(): docker.RemoteImage {
    const member = this.targeted("patroni");
    const buildArgs = { MEMBER_IMAGE: this.imageName("patroni") };
    const content = readFileSync(join(context, withBackups));
    const digest = contentDigest(JSON.stringify(buildArgs), [[withBackups, content]]);
    return this.buildFrom("backup", digest, { dockerfile: withBackups, buildArgs }, [member]);
  }

  private build(target: Target, dependsOn: pulumi.Resource[]): docker.RemoteImage {
    const buildArgs = this.buildArgs(target);
    const digest = contentDigest(JSON.stringify(buildArgs), this.files);
    return this.buildFrom(target, digest, { target, buildArgs }, dependsOn);
  }

  /** The tag is the content's digest, so clusters with the same content share an image. */
  private imageName(target: Target): string {
    const digest = contentDigest(JSON.stringify(this.buildArgs(target)), this.files);
    return this.nameOf(target, digest);
  }

  private buildArgs(target: Target): Record<string, string> {
    const { docker: dockerSettings, postgres } = this.settings;
    const { packagesAsOf } = dockerSettings;
    const locales = localesOf(postgres);
    return {
      BASE_IMAGE: dockerSettings.baseImage,
      ...(target === "patroni"
        ? {
            POSTGRES_MAJOR: String(postgres.version),
            POSTGRES_PACKAGES: postgres.packages.join(" "),
            ...(locales.length > 0 ? { LOCALES: locales.join(" ") } : {}),
          }
        : {}),
      ...(packagesAsOf === undefined ? {} : { PACKAGES_AS_OF: packagesAsOf }),
    };
  }

  private nameOf(target: Target | "backup", digest: string): string {
    return `${this.settings.docker.registry ?? "hapg"}/${target}:${digest}`;
  }

  private buildFrom(
    target: Target | "backup",
    digest: string,
    build: { target?: string; dockerfile?: string; buildArgs: Record<string, string> },
    dependsOn: pulumi.Resource[],
  ): docker.RemoteImage {
    const { host = "", images } = this.settings.docker;
    const image = this.nameOf(target, digest);
    const place = `${host} ${image}`;
    // Builds at the same time would give one tag to two images. One after the other they give the
    // same image.
    const earlier = sameContent().get(place);
    const name = `${this.settings.clusterName}-${target}`;
    const before = also(dependsOn, ...(earlier === undefined ? [] : [earlier]));
    const pulled =
      images === "pull" ? [this.runDocker(`${name}-pull`, pullOnce(image), { parent: this })] : [];
    const built = new docker.RemoteImage(
      name,
      {
        name: image,
        ...(images === "pull"
          ? {}
          : { build: { context: relative(process.cwd(), context) || ".", ...build } }),
        triggers: { content: digest },
        keepLocally: true,
      },
      { parent: this, dependsOn: also(before, ...pulled) },
    );
    if (images === "push") {
      const push = shellCommand(["docker", "push", "--quiet", image]);
      this.runDocker(`${name}-push`, push, { parent: this, dependsOn: built });
    }
    sameContent().set(place, built);
    return built;
  }

  /** Runs the docker client, which has the user's logins to registries; the provider has not. */
  private runDocker(name: string, create: string, opts: pulumi.CustomResourceOptions) {
    const { host } = this.settings.docker;
    const environment: Record<string, string> = host === undefined ? {} : { DOCKER_HOST: host };
    return new command.local.Command(
      name,
      { create, environment },
      // Another image is another tag.
      { ...opts, replaceOnChanges: ["create"] },
    );
  }
}

/** A command that fetches an image unless the Engine has it. */
const pullOnce = (image: string) =>
  `${shellCommand(["docker", "image", "inspect", image])} >/dev/null 2>&1 || ` +
  shellCommand(["docker", "pull", "--quiet", image]);

/** The files that an image is built from, each with its path in the directory. */
function contextFiles(): [string, Buffer][] {
  return readdirSync(context, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [relative(context, file), readFileSync(file)]);
}

/** A digest of all inputs of an image. */
function contentDigest(buildArgs: string, files: [string, Buffer][]): string {
  const hash = createHash("sha256").update(buildArgs);
  for (const [path, content] of files) hash.update(path).update(content);
  return hash.digest("hex").slice(0, 12);
}
