/**
 * Common name of the certificate with which members log in to the repository. A separate one: the
 * members' own certificates must not have a name (etcd's gateway refuses them).
 */
export const archiveClient = "hapg-archive";

/** The identity in the certificate of {@link archiveClient}. */
export const archiveIdentity = "archive";

/** Common name of the repository's certificate, with which it logs in beside the members. */
export const repositoryName = "hapg-repository";
