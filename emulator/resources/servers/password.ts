import { randomBytes } from "node:crypto";

/** A root password: 20 characters that need no quoting anywhere. */
export const newPassword = () => randomBytes(15).toString("base64url");
