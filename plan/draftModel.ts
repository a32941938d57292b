import type { Kind } from "../configs/cluster/catalogue";
import type { Settings } from "../configs/settings/schema";
import type { ServiceFile } from "../platforms/platform";

/** Raised with every change of {@link Draft}: two versions of the program may differ in it. */
export const draftFormat = 3;

/** A file of a service, with placeholders for secrets. */
export interface DraftFile extends Pick<ServiceFile, "path" | "onChange"> {
  content: string;
}

/** One service of a version, as plain data. */
export interface DraftService {
  name: string;
  kind: Kind;
  files: DraftFile[];
  /** Everything else that defines it, by field. */
  definition: Record<string, unknown>;
}

/**
 * A cluster as one version of program and stack file describes it. It holds no generated secret, and
 * of given ones only what a stack file has unencrypted.
 */
export interface Draft {
  /** {@link draftFormat} of the program that has made it. */
  format: number;
  settings: Settings;
  services: DraftService[];
  /** Digests of the scripts that run inside services, by resource. */
  scripts: Record<string, string>;
  /** Patroni's dynamic configuration. */
  dynamic: Record<string, unknown>;
  /** What the images are built from, as digests by kind of service; empty on hosts. */
  images: Partial<Record<Kind, string>>;
}
