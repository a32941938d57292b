import { paths } from "../cluster/paths";

const ca = paths.caOf(paths.etcdConfig);
const operator = paths.etcdOperator;

/** Lets etcdctl speak as etcd's operator. */
export const etcdctlEnvironment = `export ETCDCTL_CACERT=${ca} ETCDCTL_CERT=${operator} ETCDCTL_KEY=${operator}`;

/** etcdctl for people: on a member's machine, as its operator. */
export const etcdctlCommand = `#!/bin/sh
${etcdctlEnvironment}
exec etcdctl "$@"
`;

/** Options that let curl speak as the member whose files are there. Its peers' port hangs up on HTTP/2. */
export const etcdCurlOptions = `--http1.1 --cacert ${ca} --cert ${paths.identityOf(paths.etcdConfig)}`;
