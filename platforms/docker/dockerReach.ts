import type { Settings } from "../../configs/settings/schema";
import { type Ending, run } from "../command";
import type { Reach } from "../reach";

/** The way into containers: the docker client. */
export class DockerReach implements Reach {
  constructor(private readonly settings: Settings) {}

  execute(service: string, words: string[], input?: string): Promise<Ending> {
    return this.docker(["exec", "-i", this.containerOf(service), ...words], input);
  }

  /** Name of a service's container. */
  containerOf(service: string): string {
    return `${this.settings.clusterName}-${service}`;
  }

  /** Runs one docker command. */
  docker(words: string[], input?: string): Promise<Ending> {
    const { host } = this.settings.docker;
    return run(["docker", ...(host === undefined ? [] : ["--host", host]), ...words], input);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
