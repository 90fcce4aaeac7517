import { interceptRequests } from "./intercept.ts";

interceptRequests((request, response, pass) => {
  if (request.url === "/readyz") response.writeHead(503).end("not yet");
  else pass();
});
