import { stringify } from "yaml";
import { paths } from "../cluster/paths";
import type { Settings } from "../settings/schema";

/** The inputs of an exporter's web.yml. */
export interface WebModel {
  /** Where its certificate and the trusted CAs are. */
  configDirectory: string;
  /** Names in certificates, of which a client must have one. */
  clients: string[];
  tls: Pick<Settings["tls"], "minimumVersion">;
}

/**
 * How an exporter serves its metrics: encrypted, and only to clients with a certificate of the
 * cluster and one of these names. An exporter reads this file, its certificate and the CAs at each
 * connection (github.com/prometheus/exporter-toolkit, docs/web-configuration.md).
 */
export function renderWebYml({ configDirectory, clients, tls }: WebModel): string {
  const identity = paths.identityOf(configDirectory);
  return stringify(
    {
      tls_server_config: {
        cert_file: identity,
        key_file: identity,
        client_auth_type: "RequireAndVerifyClientCert",
        client_ca_file: paths.caOf(configDirectory),
        client_allowed_sans: clients,
        min_version: { "1.2": "TLS12", "1.3": "TLS13" }[tls.minimumVersion],
      },
    },
    { lineWidth: 0 },
  );
}
