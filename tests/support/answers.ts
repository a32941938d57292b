import { connect } from "node:net";

/** Whether a port takes a connection from this machine within a second. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(1000, () => end(false));
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}
