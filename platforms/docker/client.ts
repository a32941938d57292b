/** The docker client for an Engine. @param host its address; left out: the client's own default */
export const dockerClient = (host: string | undefined): string[] => [
  "docker",
  ...(host === undefined ? [] : ["--host", host]),
];
