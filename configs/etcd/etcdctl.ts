import { paths } from "../cluster/paths";

const ca = paths.caOf(paths.etcdConfig);
const operator = paths.etcdOperator;

/** Environment with which etcdctl acts as etcd's operator. */
export const etcdctlEnvironment = `export ETCDCTL_CACERT=${ca} ETCDCTL_CERT=${operator} ETCDCTL_KEY=${operator}`;

/** etcdctl for operators: on a member's machine, with all rights. */
export const etcdctlCommand = `#!/bin/sh
${etcdctlEnvironment}
exec etcdctl "$@"
`;

/**
 * curl options to act as the member whose files are there. The peer port closes HTTP/2 connections.
 */
export const etcdCurlOptions = `--http1.1 --cacert ${ca} --cert ${paths.identityOf(paths.etcdConfig)}`;
