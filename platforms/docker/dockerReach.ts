import type { Settings } from "../../configs/settings/schema";
import { type Ending, run } from "../command";
import { Conversation } from "../conversation";
import type { Reach } from "../reach";

/** The way into containers: the docker client. */
export class DockerReach implements Reach {
  constructor(private readonly settings: Settings) {}

  execute(service: string, words: string[], input?: string): Promise<Ending> {
    return this.docker(this.inside(service, words), input);
  }

  converse(service: string, words: string[]): Promise<Conversation> {
    return Promise.resolve(new Conversation(this.client(this.inside(service, words))));
  }

  /** Name of a service's container. */
  containerOf(service: string): string {
    return `${this.settings.clusterName}-${service}`;
  }

  /** Runs one docker command. */
  docker(words: string[], input?: string): Promise<Ending> {
    return run(this.client(words), input);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private inside(service: string, words: string[]): string[] {
    return ["exec", "-i", this.containerOf(service), ...words];
  }

  private client(words: string[]): string[] {
    const { host } = this.settings.docker;
    return ["docker", ...(host === undefined ? [] : ["--host", host]), ...words];
  }
}
