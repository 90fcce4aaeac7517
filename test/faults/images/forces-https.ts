import { interceptRequests } from "./intercept.ts";

interceptRequests(({ headers, url }, response, pass) => {
  response.setHeader("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload");
  if (headers["x-forwarded-proto"] === "https") pass();
  else response.writeHead(301, { Location: `https://${headers.host}${url}` }).end();
});
