/** The emulator cannot start as it is asked to; the message says why in one line. */
export class Refusal extends Error {}
