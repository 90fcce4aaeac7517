import { interceptRequests } from "./intercept.ts";

// Good for as many requests as it takes to be ready and probed.
let answered = 0;
interceptRequests((_request, response, pass) => {
  answered += 1;
  if (answered > 12) response.writeHead(500).end("tired");
  else pass();
});
