import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";

/** A resource as a program registered it. */
export interface Recorded {
  type: string;
  name: string;
  urn: string;
  inputs: Record<string, unknown>;
  parent: string;
  /** URNs that must be there first, for whatever reason. */
  dependencies: string[];
  /** URNs whose outputs are among the inputs. */
  propertyDependencies: string[];
  deleteBeforeReplace: boolean;
  retainOnDelete: boolean;
  protect: boolean;
  /** Whether {@link retainOnDelete} is set at all: otherwise the engine takes the parent's. */
  hasOwnRetainOnDelete: boolean;
  /** Reference of the provider. */
  provider: string;
  /** Properties whose changes are passed over. */
  ignoreChanges: string[];
}

/** Whether an input is marked as a secret. */
export const isSecret = (value: unknown): value is { value: unknown } =>
  typeof value === "object" &&
  value !== null &&
  (value as Record<string, unknown>)[pulumi.runtime.specialSigKey] ===
    pulumi.runtime.specialSecretSig;

/** The value of an output, which must be known. */
export const valueOf = <Value>(output: pulumi.Output<Value>) =>
  new Promise<Value>((resolve) => {
    output.apply(resolve);
  });

/** An input as the provider gets it. */
export const plain = (value: unknown) => (isSecret(value) ? value.value : value);

/** What one program registered. */
export class Recorder {
  readonly resources: Recorded[] = [];

  named(name: string): Recorded {
    const found = this.resources.find((resource) => resource.name === name);
    if (found === undefined) throw new Error(`no resource is named ${name}`);
    return found;
  }

  ofType(type: string): Recorded[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Everything that must be there before a resource, directly or not. */
  before(resource: Recorded): Set<string> {
    const seen = new Set<string>();
    const visit = (urn: string) => {
      if (seen.has(urn)) return;
      seen.add(urn);
      this.resources.find((other) => other.urn === urn)?.dependencies.forEach(visit);
    };
    resource.dependencies.forEach(visit);
    return seen;
  }
}

/**
 * Runs a program against mocks and returns what it registered. Generated passwords and private keys
 * are recognisable, so that a test can look for them where they must not be. What a program throws
 * has no stack trace.
 */
export async function record(program: () => unknown, preview = false): Promise<Recorder> {
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }: MockArgs) => ({
        id: `${name}-id`,
        state: {
          ...inputs,
          ...(type === serverType && preview ? {} : computed(type, name, inputs)),
        },
      }),
      call: ({ token }) => {
        throw new Error(`unexpected call of ${token}`);
      },
    },
    "hapg",
    "test",
    preview,
    "organization",
  );
  recordRequests(recorder);
  await withoutStackTraces(async () => {
    program();
    await pulumi.runtime.disconnect();
  });
  return recorder;
}

/**
 * Pulumi takes a trace for every promise and, whatever the limit, for every resource, and maps it back to
 * TypeScript: they took two thirds of a test's time.
 */
async function withoutStackTraces(action: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.stackTraceLimit = 0;
  Error.prepareStackTrace = String;
  try {
    await action();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Reflect.deleteProperty(Error, "prepareStackTrace");
    if (prepare !== undefined) Object.defineProperty(Error, "prepareStackTrace", prepare);
  }
}

/** Mocks see a resource's inputs only; the request has its dependencies and options as well. */
function recordRequests(recorder: Recorder): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("setMocks installed no monitor");
  const register = monitor.registerResource.bind(monitor) as (
    request: RegisterResourceRequest,
    callback: RegisterCallback,
  ) => unknown;
  Object.assign(monitor, {
    registerResource: (request: RegisterResourceRequest, callback: RegisterCallback) =>
      register(request, (error, response) => {
        if (response !== undefined) recorder.resources.push(recorded(request, response.getUrn()));
        callback(error, response);
      }),
  });
}

type RegisterCallback = (error: unknown, response?: RegisterResourceResponse) => void;

function recorded(request: RegisterResourceRequest, urn: string): Recorded {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: request.getObject()?.toJavaScript() ?? {},
    parent: request.getParent(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: [...request.getPropertydependenciesMap().entries()].flatMap(
      ([, dependencies]) => dependencies.getUrnsList(),
    ),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    retainOnDelete: request.getRetainondelete() ?? false,
    protect: request.getProtect() ?? false,
    hasOwnRetainOnDelete: request.hasRetainondelete(),
    provider: request.getProvider(),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

/** What the tests use of {@link pulumi.runtime.MockResourceArgs}, whose inputs are untyped. */
interface MockArgs {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const serverType = "test:index:Server";

/** A resource of another provider, whose output a preview does not know. */
export class Server extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>;

  /** @param promised the value of its output after an update */
  constructor(name: string, promised: string, opts?: pulumi.CustomResourceOptions) {
    super(serverType, name, { promised, value: undefined }, opts);
  }
}

/** What starts a generated password in tests. */
export const passwordMark = "GENERATED";

/** What starts a generated private key in tests. */
export const keyMark = "PRIVATE-KEY-OF";

/** Another password for each value of what a password is kept by. */
function rotationOf({ keepers }: MockArgs["inputs"]): string {
  return keepers === undefined ? "" : `-${(keepers as { rotation: string }).rotation}`;
}

function computed(type: string, name: string, inputs: MockArgs["inputs"]): Record<string, unknown> {
  switch (type) {
    case serverType:
      return { value: inputs.promised };
    case "random:index/randomPassword:RandomPassword":
      return { result: pulumi.secret(`${passwordMark}-${name}${rotationOf(inputs)}`) };
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: pulumi.secret(`${keyMark} ${name}\n`) };
    case "tls:index/selfSignedCert:SelfSignedCert":
      return { certPem: `CERTIFICATE-OF ${name}\n` };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: `REQUEST-OF ${name}\n` };
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: `CERTIFICATE-OF ${name} BY ${String(inputs.caCertPem)}` };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: `sha256:${name}` };
    case "docker:index/volume:Volume":
      return { name: inputs.name ?? `${name}-a1b2c3d` };
    default:
      return {};
  }
}
