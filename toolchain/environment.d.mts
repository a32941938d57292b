/** Variables of a process's environment. */
export type Environment = Record<string, string | undefined>;

/** The folder in which Pulumi keeps its engine, plugins and credentials. */
export function pulumiHome(env?: Environment): string;

/**
 * The environment with which to start `pulumi`: a copy of `env`, by default that of this process,
 * in which `PATH` finds the engine that setup chose and `DOCKER_HOST` is the current Docker
 * context's endpoint.
 */
export function pulumiEnvironment(env?: Environment): Environment;
