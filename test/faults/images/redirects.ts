import { interceptRequests } from "./intercept.ts";

interceptRequests((_request, response) => {
  response.writeHead(302, { location: "/login" }).end();
});
