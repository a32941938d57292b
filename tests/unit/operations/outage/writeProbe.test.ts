import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { WriteProbe } from "../../../../operations/outage/writeProbe";
import { settingsOf } from "../../../support/models";

describe("the write probe", () => {
  let server: Server;
  let answering = true;
  let port: number;
  const greet = (socket: Socket) =>
    socket.on("error", () => undefined).once("data", () => socket.end(answering ? "S" : ""));

  before((done) => {
    server = createServer(greet).listen(0, "127.0.0.1", () => {
      ({ port } = server.address() as AddressInfo);
      done();
    });
  });
  after(() => server.close());

  const start = () => WriteProbe.start(settingsOf({ haproxy: { writePort: port } }));

  it("measures for how long PostgreSQL does not answer", async () => {
    answering = true;
    const probe = await start();
    assert.ok(probe !== undefined);
    await pause(200);
    answering = false;
    await pause(500);
    answering = true;
    await pause(200);
    const longest = (await probe.end()) ?? NaN;
    assert.ok(longest >= 450, `${longest} ms`);
  });

  it("is not there if nobody takes writes at first", async () => {
    answering = false;
    assert.equal(await start(), undefined);
  });
});
