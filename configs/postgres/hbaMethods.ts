/** Authentication methods in pg_hba.conf (`src/backend/libpq/hba.c`). */
interface Method {
  /** Kinds of lines that permit it; all by default. */
  on?: "local" | "network" | "hostssl";
  /** The first major version that has it. */
  since?: number;
  /** Its own options. */
  options?: string[];
  /** Required options. */
  needs?: string[];
  /** Why a stack file cannot use it. */
  refused?: string;
}

/** The authentication methods of pg_hba.conf. */
export const methods: Record<string, Method> = {
  trust: {},
  reject: {},
  "scram-sha-256": {},
  md5: { refused: "write scram-sha-256: passwords are kept for SCRAM only" },
  password: {},
  gss: { on: "network", options: ["include_realm", "krb_realm", "map"] },
  sspi: { refused: "works on Windows only" },
  ident: { options: ["map"] },
  peer: { on: "local", options: ["map"] },
  ldap: {
    options: [
      ...["ldapserver", "ldapport", "ldapscheme", "ldaptls", "ldapurl", "ldapbasedn", "ldapbinddn"],
      ...["ldapbindpasswd", "ldapsearchattribute", "ldapsearchfilter", "ldapprefix", "ldapsuffix"],
    ],
  },
  radius: {
    options: ["radiusservers", "radiussecrets", "radiusports", "radiusidentifiers"],
    needs: ["radiusservers", "radiussecrets"],
  },
  cert: { on: "hostssl", options: ["map"] },
  pam: { options: ["pamservice", "pam_use_hostname"] },
  bsd: { refused: "works on OpenBSD only" },
  oauth: {
    since: 18,
    options: ["issuer", "scope", "validator", "map", "delegate_ident_mapping"],
    needs: ["issuer", "scope"],
  },
};

const zeroOrOne = ["0", "1"];

/** Options with a fixed list of values. */
const optionValues: Record<string, string[]> = {
  clientcert: ["verify-ca", "verify-full"],
  clientname: ["CN", "DN"],
  include_realm: zeroOrOne,
  pam_use_hostname: zeroOrOne,
  ldaptls: zeroOrOne,
  ldapscheme: ["ldap", "ldaps"],
  delegate_ident_mapping: zeroOrOne,
};

/** What is wrong with a method on a kind of line; undefined if nothing. */
export function methodProblem(name: string, connection: string, major: number): string | undefined {
  const method = methods[name];
  if (method === undefined) return undefined;
  if (method.refused !== undefined) return `${name}: ${method.refused}`;
  if (method.since !== undefined && major < method.since) {
    return `${name} exists since PostgreSQL ${method.since}, and postgres.version is ${major}`;
  }
  const isLocal = connection === "local";
  if (method.on === "local" && !isLocal) return `${name} works on local lines only`;
  if (method.on === "network" && isLocal) return `${name} does not work on local lines`;
  if (method.on === "hostssl" && connection !== "hostssl") {
    return `${name} works on hostssl lines only`;
  }
  return undefined;
}

/** The options that a method may have on a kind of line. */
export function optionsOf(method: string, connection: string, major: number): string[] {
  const ofTls =
    connection !== "hostssl" ? [] : major >= 14 ? ["clientcert", "clientname"] : ["clientcert"];
  return [...(methods[method]?.options ?? []), ...ofTls];
}

/** What is wrong with the value of an option; undefined if nothing. */
export function optionProblem(method: string, name: string, value: string): string | undefined {
  if (method === "cert" && name === "clientcert" && value !== "verify-full") {
    return "clientcert must be verify-full for the method cert";
  }
  if (name === "ldapport" && !/^[1-9]\d{0,4}$/.test(value)) return "ldapport must be a port";
  const values = Object.hasOwn(optionValues, name) ? optionValues[name] : undefined;
  return values === undefined || values.includes(value)
    ? undefined
    : `${name} must be ${values.join(" or ")}, got ${value === "" ? "nothing" : value}`;
}

/** Which options are missing; undefined if they are complete. */
export function missingOption(method: string, given: Map<string, string>): string | undefined {
  const missing = (methods[method]?.needs ?? []).find((name) => !given.has(name));
  if (missing !== undefined) return `${method} needs the option ${missing}`;
  if (method !== "ldap") return undefined;
  if (!given.has("ldapserver") && !given.has("ldapurl") && !given.has("ldapbasedn")) {
    return "ldap needs the option ldapserver or ldapurl";
  }
  const has = (...names: string[]) => names.some((name) => given.has(name));
  const simple = has("ldapprefix", "ldapsuffix");
  const search = has(
    "ldapbasedn",
    "ldapbinddn",
    "ldapbindpasswd",
    "ldapsearchattribute",
    "ldapurl",
  );
  if (simple && (search || has("ldapsearchfilter"))) {
    return "ldap takes ldapprefix and ldapsuffix, or options of a search, not both";
  }
  if (has("ldapsearchattribute") && has("ldapsearchfilter")) {
    return "ldap takes ldapsearchattribute or ldapsearchfilter, not both";
  }
  return simple || search
    ? undefined
    : "ldap needs the option ldapbasedn, ldapprefix or ldapsuffix";
}
