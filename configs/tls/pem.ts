/** The certificates in a PEM text, each with its line break. */
export const pemCertificates = (text: string): string[] =>
  [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([block]) => `${block}\n`,
  );
