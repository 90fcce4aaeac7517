/** Why something cannot be done with the secrets: one line with the cause and the fix. */
export class SecretsError extends Error {
  override name = "SecretsError";
}
