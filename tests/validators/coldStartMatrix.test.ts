import { isEverything } from "../parts";
import { ColdStartRounds } from "../support/coldStartRound";
import { MemberCluster } from "../support/memberCluster";
import { settingsOf } from "../support/models";
import { Random } from "../../lab/random";

const rounds = Number(process.env.HAPG_ROUNDS ?? (isEverything() ? 50 : 2));
const seed = Number(process.env.HAPG_SEED ?? Math.floor(Math.random() * 1e9));

const settings = settingsOf({
  etcd: { members: 1 },
  // An older copy may be from many rounds ago, and is to catch up without a new one.
  postgres: { memoryMegabytes: 256, parameters: { wal_keep_size: "1GB" } },
  patroni: { loopWaitSeconds: 1, retryTimeoutSeconds: 3, coldStart: { waitSeconds: 15 } },
});

// A round that fails leaves nothing to go on from.
describe(`starts after random trouble (HAPG_SEED=${seed})`, function () {
  this.timeout(600_000);
  this.bail(true);
  const cluster = new MemberCluster(settings);
  const all = new ColdStartRounds(cluster, new Random(seed));
  before(async () => {
    await cluster.begin();
    cluster.start(...cluster.names);
    const leader = cluster.awaitLeader();
    cluster.awaitStreaming(...cluster.names);
    cluster.sql(leader, "CREATE TABLE written (n int)");
  });
  after(() => cluster.remove());

  for (let round = 1; round <= rounds; round++) {
    it(`lose nothing that must survive, round ${round}`, () => {
      const begin = Date.now();
      const told = all.run();
      console.log(`        ${Math.round((Date.now() - begin) / 1000)} s: ${told}`);
    });
  }
});
