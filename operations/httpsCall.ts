import { request } from "node:https";

/** An answer to {@link httpsCall}. */
export interface Answer {
  status: number;
  text: string;
}

/** Options of a call. */
export interface CallOptions {
  /** The CAs to trust, as PEM. */
  ca: string;
  /** @default "GET" */
  method?: string;
  /** `user:password`. */
  login?: string;
  body?: string;
}

const timeoutMilliseconds = 5000;

/**
 * Calls a server whose certificate a CA of the cluster has signed. `fetch` would only know the CAs
 * of the process.
 * @throws {Error} if there is no answer within five seconds, or the certificate is not valid
 */
export function httpsCall(
  url: string,
  { ca, method = "GET", login, body }: CallOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ca,
      method,
      timeout: timeoutMilliseconds,
      ...(login === undefined ? {} : { auth: login }),
    };
    const call = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
      response.once("error", reject);
    });
    call.once("timeout", () => call.destroy(new Error(`${url} does not answer`)));
    call.once("error", reject);
    call.end(body);
  });
}
