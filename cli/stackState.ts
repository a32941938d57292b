import { catalogue, kinds } from "../configs/cluster/catalogue";

/** An operation that a killed update had begun. */
export interface CutShort {
  /** `creating`, `updating`, `deleting`, … */
  operation: string;
  type: string;
  /** Name of the resource. */
  name: string;
  /** Name of its container, if there is one. */
  container: string | undefined;
}

/** The used part of a stack's state. */
export interface StackState {
  cutShort: CutShort[];
  /** Names of the services in the state, each with its cluster: `CLUSTER-SERVICE`. */
  services: string[];
  /** The cluster's own CAs in the state, as PEM. */
  authorities: string;
}

interface ExportedResource {
  urn: string;
  type: string;
  inputs?: { name?: string };
  outputs?: { certPem?: string };
}

const containerType = "docker:index/container:Container";
const authorityType = "tls:index/selfSignedCert:SelfSignedCert";

/** A service whose installation on a host was successful (`platforms/vm/installation.ts`). */
const onHost = ({ type, urn }: ExportedResource): string | undefined =>
  type === "command:remote:Command" ? installedService.exec(urn)?.[1] : undefined;
const names = kinds.map((kind) => (catalogue[kind].onEveryHost ? `${kind}-[^:]+` : `${kind}\\d+`));
const installedService = new RegExp(`::([^:]*-(?:${names.join("|")}))-state$`);

/** Parses the output of `pulumi stack export`. */
export function parseState(exported: string): StackState {
  const { deployment } = JSON.parse(exported) as {
    deployment: {
      resources?: ExportedResource[];
      pending_operations?: { resource: ExportedResource; type: string }[];
    } | null;
  };
  const { resources = [], pending_operations: pending = [] } = deployment ?? {};
  const containerOf = ({ type, inputs }: ExportedResource) =>
    type === containerType ? inputs?.name : undefined;
  return {
    cutShort: pending.map(({ type: operation, resource }) => ({
      operation,
      type: resource.type,
      name: resource.urn.split("::").at(-1) ?? "",
      container: containerOf(resource),
    })),
    services: resources.flatMap((one) => containerOf(one) ?? onHost(one) ?? []),
    authorities: resources
      .filter(({ type }) => type === authorityType)
      .map(({ outputs }) => outputs?.certPem ?? "")
      .join("\n"),
  };
}
