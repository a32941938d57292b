import { z } from "zod";
import { line } from "./values";

const certificate = /^\s*-----BEGIN CERTIFICATE-----/;

/** Storage with the interface of Amazon S3, which holds the repository. */
export const s3Settings = z
  .strictObject({
    endpoint: line()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/, "must be HOST or HOST:PORT")
      .describe("Host of the storage, and its port if it is not 443. It speaks TLS."),
    bucket: line()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket")
      .describe("Bucket, which exists already."),
    region: line().default("us-east-1").describe("Region of the bucket."),
    key: line().describe("Access key. Set it as a secret."),
    keySecret: line().describe(
      "Secret of the access key. Set it as a secret: `pulumi config set --secret --path`.",
    ),
    path: line()
      .regex(/^\/[A-Za-z0-9._/-]*$/, "must be a path such as /backups")
      .optional()
      .describe(
        "Directory in the bucket. No other cluster may use it. Default: `/` and `clusterName`.",
      ),
    pathStyle: z
      .boolean()
      .default(false)
      .describe(
        "Name the bucket in the path of a request, not in the host name. Most storage other than " +
          "Amazon's needs it.",
      ),
    ca: z
      .string()
      .regex(certificate, "must be a certificate in PEM")
      .optional()
      .describe(
        "Certificates of the CAs that the storage is verified with. Default: the system's.",
      ),
    verify: z
      .boolean()
      .default(true)
      .describe("Whether the certificate of the storage is verified."),
  })
  .optional()
  .describe(
    "Keep the repository in S3-compatible storage and not on the disk of the repository's service. " +
      "That service remains: it sends everything there, and takes the backups. A change of the " +
      "storage needs a new full backup. Default: none.",
  );
