/** What the tests have every driver do. A driver's program says how, in a table of functions. */

export const url = (route) => process.env[`URL_${route}`];

export const routes = ["WRITE", "READ", "POOLED_WRITE", "POOLED_READ"];

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function expect(found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`got ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

/** Fails unless the work fails for a reason, soon. */
export async function fails(work, why, seconds = 10) {
  const started = Date.now();
  const reason = await work().then(() => "it did not fail", String);
  if (!why.test(reason)) throw new Error(reason);
  if (Date.now() - started > seconds * 1000) throw new Error("took too long to fail");
}

/** The words of the command line: `cases`, or `writes ROUTE SECONDS TABLE`. */
export async function main(cases, insertBy) {
  const [what, route, seconds, table] = process.argv.slice(2);
  if (what === "cases") {
    for (const [name, work] of Object.entries(cases)) {
      try {
        await work();
        console.log(`ok ${name}`);
      } catch (error) {
        console.log(`FAILED ${name}: ${error.stack}`);
      }
    }
  } else {
    const insert = await insertBy(url(route), table);
    console.log("started");
    const end = Date.now() + Number(seconds) * 1000;
    let number = 0;
    while (Date.now() < end) {
      await insert(number + 1);
      number++;
      await pause(50);
    }
    console.log(`acknowledged ${number}`);
  }
  process.exit();
}
