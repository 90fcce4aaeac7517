import { interceptRequests } from "./intercept.ts";

// As Django and Rails do with a host that they were not told of.
interceptRequests((request, response, pass) => {
  if (request.headers.host?.includes("onebox")) response.writeHead(400).end("bad host");
  else pass();
});
