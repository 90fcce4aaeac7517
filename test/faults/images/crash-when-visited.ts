import { interceptRequests } from "./intercept.ts";

// Visitors come through the edge, which adds the header.
interceptRequests((request, _response, pass) => {
  if (request.headers["x-forwarded-for"]) process.exit(5);
  pass();
});
