import { relative } from "node:path";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../../configs/cluster/catalogue";
import type { Settings } from "../../configs/settings/schema";
import { also } from "../dependsOn";
import { shellCommand } from "../shell";
import { perProgram } from "../perProgram";
import { context, ImageContents, madeFrom, type Target, targetOf } from "./imageContent";

/** The images of the program's clusters so far, the latest for each content and Engine. */
const sameContent = perProgram(() => new Map<string, docker.RemoteImage>());

/**
 * The services' images, built on the Engine from `images/`. They are rebuilt only when a file in
 * that directory or a build argument changes.
 */
export class Images extends pulumi.ComponentResource {
  private readonly built = new Map<Target, docker.RemoteImage>();
  private readonly base: docker.RemoteImage[];
  private readonly contents: ImageContents;

  constructor(
    name: string,
    private readonly settings: Settings,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("hapg:docker:Images", name, {}, opts);
    this.contents = new ImageContents(settings);
    // Built first: the others reuse its layers instead of building them at the same time.
    this.base = settings.docker.images === "pull" ? [] : [this.build("base", [])];
    this.registerOutputs({});
  }

  /** The image for a kind of service. */
  of(kind: Kind): docker.RemoteImage {
    return this.targeted(targetOf(kind, this.settings));
  }

  private targeted(target: Target): docker.RemoteImage {
    const from = madeFrom(target);
    const before = from === undefined || from === "base" ? this.base : [this.targeted(from)];
    const image = this.built.get(target) ?? this.build(target, before);
    this.built.set(target, image);
    return image;
  }

  private build(target: Target, dependsOn: pulumi.Resource[]): docker.RemoteImage {
    const { host = "", images } = this.settings.docker;
    const { digest, name: image, build } = this.contents.of(target);
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
