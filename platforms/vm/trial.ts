import { programText } from "../../programs/load";
import { basename } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { VmHost } from "../../configs/cluster/placement";
import type { Settings } from "../../configs/settings/schema";
import type { Trial } from "../platform";
import { packedScript, shellCommand, withHereDocument } from "../shell";
import { vmPrograms } from "./programs";
import { openFilesOf } from "./vmService";
import { rootScript, scripts } from "./scripts";
import { asRoot } from "./ssh";

/** Arguments of {@link hostTrial}. */
export interface HostTrialArgs {
  trial: Trial;
  host: VmHost;
  settings: Settings;
  connection: pulumi.Input<command.types.input.remote.ConnectionArgs>;
}

const judge = programText("judge.sh");

/** Runs a trial on the service's host, in a transient unit. */
export function hostTrial(
  name: string,
  { trial, host, settings, connection }: HostTrialArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const root = shellCommand([...asRoot(settings), "sh", "-s"]);
  const stdin = pulumi
    .all(trial.files.map(({ content }) => pulumi.output(content)))
    .apply((texts) => packedScript(trialScript(trial, host, settings, texts)));
  return new command.remote.Command(
    name,
    { connection, create: root, update: root, stdin, addPreviousOutputInEnv: false },
    { ...opts, ignoreChanges: host.away ? ["connection", "create", "update", "stdin"] : [] },
  );
}

function trialScript(
  { service, files, command: words }: Trial,
  host: VmHost,
  settings: Settings,
  contents: string[],
): string {
  const program = vmPrograms(settings)[service.kind];
  const { user } = program;
  return rootScript(host.name, `${judge}\n${scripts("try-out.sh")}`, [
    "begin_trial",
    ...files.flatMap(({ path, mode = 0o640 }, i) =>
      withHereDocument(
        shellCommand(["trial_file", basename(path), mode.toString(8)]),
        contents[i] ?? "",
      ),
    ),
    shellCommand([
      ...["run_trial", service.name, user, service.configDirectory],
      ...[service.dataDirectory ?? "", service.runtimeDirectory ?? ""],
      ...[openFilesOf(service, program), service.memoryMegabytes, service.maximumTasks].map(String),
      ...words,
    ]),
  ]);
}
