import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { PostgresClusterReference } from "hapg";

const config = new pulumi.Config();
const cluster = new PostgresClusterReference(new pulumi.StackReference(config.require("cluster")));

/** Runs again when a value changes, for example after a rotation of the password. */
const write = "umask 077 && cat >application.env";
new command.local.Command("settings", {
  create: write,
  update: write,
  delete: "rm -f application.env",
  stdin: pulumi.interpolate`DATABASE_URL=${cluster.connectionStrings("app").write}\n`,
  logging: command.local.Logging.None,
});

export const databases = cluster.get("connectionStrings").apply((all) => Object.keys(all));
