import * as pulumi from "@pulumi/pulumi";
import { hasDockerProvider } from "../platforms/docker/givenProvider";
import { followingSources } from "./unknownInputs";

/**
 * The resource options of a cluster. Pulumi hands most of them on to what the component consists of,
 * but not `dependsOn`.
 */
export class ClusterOptions {
  /** The options of the component itself. */
  readonly ofCluster: pulumi.ComponentResourceOptions;
  private readonly transformations: pulumi.ResourceTransformation[] = [];

  /**
   * @param name of the component
   * @param isLater whether resources are registered after {@link follow}
   * @throws {pulumi.RunError} for a provider that would lead to another Docker Engine
   */
  constructor(name: string, opts: pulumi.ComponentResourceOptions, isLater: boolean) {
    // The program also talks to the Engine by itself, so both must use the same one.
    if (hasDockerProvider(opts)) {
      throw new pulumi.RunError(
        `PostgresCluster "${name}": leave out the Docker provider and set docker.host: the ` +
          "cluster makes its own provider for that Engine.",
      );
    }
    const { dependsOn } = opts;
    if (dependsOn !== undefined) {
      this.transformations.push(({ props, opts: own }) =>
        own.dependsOn === dependsOn
          ? undefined
          : { props, opts: pulumi.mergeOptions(own, { dependsOn }) },
      );
    }
    const transform: pulumi.ResourceTransformation = ({ props, opts: own, ...resource }) =>
      this.transformations.reduce((former, next) => next({ ...resource, ...former }) ?? former, {
        props,
        opts: own,
      });
    this.ofCluster =
      isLater || dependsOn !== undefined
        ? { ...opts, transformations: [...(opts.transformations ?? []), transform] }
        : opts;
  }

  /** From now on, every resource waits for these, and hides what a preview does not know. */
  follow(sources: pulumi.Resource[], hasUnknown: boolean): void {
    this.transformations.push(followingSources(sources, hasUnknown));
  }
}
