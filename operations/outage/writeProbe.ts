import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { planOf } from "../../configs/cluster/plan";
import type { Settings } from "../../configs/settings/schema";

/** Pause between two attempts, and timeout of one, in milliseconds. */
const interval = 50;
const patience = 1000;

/** PostgreSQL's SSLRequest (documentation, "Message Formats"): it is answered before any login. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** An address of HAProxy's write port. */
interface Address {
  host: string;
  port: number;
}

/**
 * Checks every 50 ms whether a PostgreSQL answers at HAProxy's write port. It needs no login:
 * HAProxy passes the first message only to the primary. An outage ends with a new connection, as
 * for an application that reconnects.
 */
export class WriteProbe {
  private longest = 0;
  private lastAnswer = performance.now();
  private isEnded = false;
  private readonly done: Promise<void>;

  private constructor(private readonly addresses: Address[]) {
    this.done = this.run();
  }

  /**
   * Starts a probe; undefined if the write port is unreachable from here, or there is no primary.
   */
  static async start(settings: Settings): Promise<WriteProbe | undefined> {
    const addresses = addressesOf(settings);
    return (await answersAtAny(addresses)) ? new WriteProbe(addresses) : undefined;
  }

  /**
   * Ends the probe.
   * @returns the longest time between two answers, in milliseconds; undefined if the last answers
   * are missing
   */
  async end(): Promise<number | undefined> {
    this.isEnded = true;
    await this.done;
    return performance.now() - this.lastAnswer > 2 * patience ? undefined : this.longest;
  }

  private async run(): Promise<void> {
    while (!this.isEnded) {
      if (await answersAtAny(this.addresses)) {
        const now = performance.now();
        this.longest = Math.max(this.longest, now - this.lastAnswer);
        this.lastAnswer = now;
      }
      await pause(interval);
    }
  }
}

/** Addresses of the write port, as seen from this machine. */
function addressesOf(settings: Settings): Address[] {
  const port = settings.haproxy.writePort;
  const { publishAddress, host } = settings.docker;
  if (settings.platform === "docker") {
    const isEverywhere = ["0.0.0.0", "::"].includes(publishAddress);
    return isEverywhere && host === undefined
      ? [{ host: "127.0.0.1", port }]
      : [{ host: publishAddress, port }];
  }
  return planOf(settings)
    .filter(({ kind, isAway }) => kind === "haproxy" && !isAway)
    .map(({ address }) => ({ host: address, port }));
}

async function answersAtAny(addresses: Address[]): Promise<boolean> {
  for (const address of addresses) if (await answers(address)) return true;
  return false;
}

/** Whether PostgreSQL answers the first message of a client. */
const answers = ({ host, port }: Address) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(patience, () => end(false));
    socket.once("connect", () => socket.write(sslRequest));
    socket.once("data", (data) => end(["S", "N"].includes(data.toString("latin1", 0, 1))));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
