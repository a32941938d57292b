/** The replacement of a secret. */
export const mask = "(masked)";

/** A shorter secret is masked only in its place, and not wherever the same letters occur. */
const shortestElsewhere = 8;

/** Patterns of secrets: the first group is the text before it, the second the secret. */
const places: RegExp[] = [
  // A key and its value, in YAML, JSON, an INI file, an environment or a connection string.
  /((?<![\w-])["']?[\w.-]*(?:password|passwd|passphrase|secret|private_?key|access_key)["']?\s*[:=]\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s,;&)}\]"']+)/gi,
  // SQL.
  /(\bpassword\s+(?:E|U&)?)('(?:[^']|'')*')/gi,
  /(:\/\/[^\s:@/'"]*:)([^\s@/'"]+)(?=@)/g,
  /(\b(?:insecure-password|auth_pass)\s+)(\S+)/g,
  /(\bAuthorization:\s*\w+\s+)(\S+)/gi,
  /()(SCRAM-SHA-256\$\d+:[\w+/=]+\$[\w+/=]+:[\w+/=]+)/g,
  /()(\bmd5[\da-f]{32}\b)/g,
];

/** A private key, also with escaped line breaks. */
const privateKey =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|$)/gs;

/** Passwords in connection strings: before the host, or as a parameter after it. */
const passwords = /:\/\/[^\s:@/]*:([^\s@/]+)@|[?&]password=([^\s&]+)/g;

/** A user and a password in PgBouncer's list of users. */
const userlistEntry = /^"(?:[^"]|"")*"\s+"((?:[^"]|"")*)"/gm;

/** Masks secrets in texts: everything that looks like a secret, and every known secret anywhere. */
export class Masking {
  private readonly known = new Set<string>();

  /** Registers a secret. */
  add(secret: string): void {
    if (secret.length < shortestElsewhere) return;
    const json = JSON.stringify(secret).slice(1, -1);
    const encoded = Buffer.from(secret).toString("base64");
    for (const one of [secret, json, encodeURIComponent(secret), encoded]) this.known.add(one);
  }

  /** Registers all secrets in a configuration file. */
  learn(text: string): void {
    for (const [key] of text.matchAll(privateKey))
      key
        .split(/\\n|\n/)
        .filter((line) => !line.startsWith("-----"))
        .forEach((line) => this.add(line.trim()));
    for (const place of places)
      for (const [, , value = ""] of text.matchAll(place)) this.add(unquoted(value));
  }

  /** Registers the passwords in PgBouncer's list of users. */
  learnUserlist(text: string): void {
    for (const [, password = ""] of text.matchAll(userlistEntry))
      this.add(password.replaceAll('""', '"'));
  }

  /**
   * Registers all passwords in a value of a stack's outputs: connection strings and
   * `user:password`.
   */
  learnOutput(value: unknown): void {
    if (typeof value === "object" && value !== null) {
      Object.values(value).forEach((inner) => this.learnOutput(inner));
    } else if (typeof value === "string") {
      const [, login] = /^[\w-]+:([^\s:/]+)$/.exec(value) ?? [];
      if (login !== undefined) this.add(login);
      for (const [, inUrl, inQuery] of value.matchAll(passwords))
        this.add(decodeURIComponent(inUrl ?? inQuery ?? ""));
    }
  }

  /** The text without its secrets. */
  masked(text: string): string {
    let result = text.replace(privateKey, mask);
    for (const place of places)
      result = result.replace(place, (_, before: string, value: string) => {
        // Keeps the quotes: JSON stays JSON.
        const quote = /^["']/.exec(value)?.[0] ?? "";
        return before + quote + mask + quote;
      });
    // Longer ones first: one may contain another.
    const all = [...this.known].sort((a, b) => b.length - a.length);
    for (const secret of all) result = result.replaceAll(secret, mask);
    return result;
  }
}

/** A value without quotation marks around it. */
function unquoted(value: string): string {
  if (/^".*"$/s.test(value)) return value.slice(1, -1).replace(/\\(.)/g, "$1");
  return /^'.*'$/s.test(value) ? value.slice(1, -1).replaceAll("''", "'") : value;
}
