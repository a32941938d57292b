// @ts-check
// What the Node.js language host starts for a program (PULUMI_LANGUAGE_NODEJS_RUN_PATH): the SDK's own start, loading less.
require("./onDemand.cjs");

// A language host that setup has built reads no options of Pulumi.yaml, and would load ts-node for
// a program that is compiled.
delete process.env.PULUMI_NODEJS_TYPESCRIPT;

require("@pulumi/pulumi/cmd/run");
