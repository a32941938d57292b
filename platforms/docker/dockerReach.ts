import type { Settings } from "../../configs/settings/schema";
import { type Ending, run } from "../command";
import { Conversation } from "../conversation";
import { dockerClient } from "./client";
import type { LogOptions, Reach } from "../reach";

/** Reaches containers with the docker client. */
export class DockerReach implements Reach {
  constructor(private readonly settings: Settings) {}

  execute(service: string, words: string[], input?: string, signal?: AbortSignal): Promise<Ending> {
    return this.docker(this.inside(service, words), input, signal);
  }

  converse(service: string, words: string[]): Promise<Conversation> {
    return Promise.resolve(new Conversation(this.client(this.inside(service, words))));
  }

  /** Name of a service's container. */
  containerOf(service: string): string {
    return `${this.settings.clusterName}-${service}`;
  }

  /** Runs one docker command. */
  docker(words: string[], input?: string, signal?: AbortSignal): Promise<Ending> {
    return run(this.client(words), input, signal);
  }

  restart(service: string): Promise<Ending> {
    // The container gets the service's stop timeout.
    return this.docker(["restart", this.containerOf(service)]);
  }

  stop(service: string): Promise<Ending> {
    return this.docker(["stop", this.containerOf(service)]);
  }

  start(service: string): Promise<Ending> {
    return this.docker(["start", this.containerOf(service)]);
  }

  attached(service: string, words: string[], isTerminal: boolean): string[] {
    const terminal = isTerminal ? ["--tty"] : [];
    return this.client(["exec", "-i", ...terminal, this.containerOf(service), ...words]);
  }

  log(service: string, { follow, since, lines }: LogOptions): string[] {
    const more = [
      ...(follow ? ["--follow"] : []),
      ...(lines === undefined ? [] : ["--tail", String(lines)]),
    ];
    const words = ["logs", "--timestamps", "--since", since, ...more, this.containerOf(service)];
    return this.client(words);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private inside(service: string, words: string[]): string[] {
    return ["exec", "-i", this.containerOf(service), ...words];
  }

  private client(words: string[]): string[] {
    return [...dockerClient(this.settings.docker.host), ...words];
  }
}
