import { interceptRequests, isProbe } from "./intercept.ts";

interceptRequests((request, response, pass) => {
  if (isProbe(request)) pass();
  else response.writeHead(500, { "content-length": 6 }).end("broken");
});
