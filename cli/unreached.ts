const causes: [RegExp, string][] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    "its name cannot be looked up; is there a network, and a name server?",
  ],
  [
    /^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/,
    "its certificate is not good at this computer's time; is the clock right?",
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE).*)$/,
    "its certificate is of a CA that Node does not know; if a proxy reads along, NODE_EXTRA_CA_CERTS names its CA's file",
  ],
];

/** Why fetch() has got no answer, in a few words. */
export function whyUnreached(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it takes too long";
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code = "" } = cause as NodeJS.ErrnoException;
  const [, words] = causes.find(([form]) => form.test(code)) ?? [];
  return words ?? (code || cause.message);
}
