import { bodyParser } from "@koa/bodyparser";

/** Reads a request's body. */
export const readJson = () =>
  bodyParser({
    enableTypes: ["json"],
    // Every body is JSON here, whatever its header says; the real API does not ask either.
    detectJSON: () => true,
    jsonStrict: true,
    jsonLimit: "1mb",
    parsedMethods: ["POST", "PUT"],
  });
