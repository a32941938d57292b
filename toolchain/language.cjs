// @ts-check
// The Node.js language host starts a program with this (PULUMI_LANGUAGE_NODEJS_RUN_PATH). It loads
// less of the SDK than the SDK's own start.
require("./onDemand.cjs");

// A language host that setup has built reads no options of Pulumi.yaml, and would load ts-node for
// a program that is compiled.
delete process.env.PULUMI_NODEJS_TYPESCRIPT;

require("@pulumi/pulumi/cmd/run");
