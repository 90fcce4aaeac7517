import { interceptRequests } from "./intercept.ts";

let dying = false;
interceptRequests((request, _response, pass) => {
  if (request.url === "/readyz" && !dying) {
    dying = true;
    setTimeout(() => process.exit(4), 1000);
  }
  pass();
});
