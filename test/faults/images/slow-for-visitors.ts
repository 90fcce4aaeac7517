import { interceptRequests, isProbe } from "./intercept.ts";

interceptRequests((request, _response, pass) => {
  if (isProbe(request)) pass();
  else setTimeout(pass, 10_000);
});
