import { interceptRequests, isProbe } from "./intercept.ts";

// Good for its probes and its first visitors, and from then on for nobody.
let visitors = 0;
interceptRequests((request, response, pass) => {
  if (!isProbe(request)) visitors += 1;
  if (visitors > 3) response.writeHead(500).end("tired");
  else pass();
});
