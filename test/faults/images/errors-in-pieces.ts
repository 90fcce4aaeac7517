import { interceptRequests, isProbe } from "./intercept.ts";

// Without a length an answer is sent in chunks, and a proxy passes each on at once.
interceptRequests((request, response, pass) => {
  if (isProbe(request)) pass();
  else response.writeHead(500).end("broken");
});
