import { interceptRequests, isProbe } from "./intercept.ts";

// As long as a release is watched: what began then has no answer yet when it ends.
interceptRequests((request, _response, pass) => {
  if (isProbe(request) || request.method !== "GET") pass();
  else setTimeout(pass, 2000);
});
