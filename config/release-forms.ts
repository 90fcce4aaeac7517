/**
 * What a registry, the engine or the VM has told of a release goes into commands and files on the VM: nothing else than
 * these forms does. "none" stands for the release of a stack that has none.
 */
export const releaseForms = {
  image: /^(none|[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64})$/,
  commit: /^(none|unknown|([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?)$/,
  /** 12 digits of the image's digest and 4 of the files' identity. */
  release: /^(none|[0-9a-f]{12}-[0-9a-f]{4})$/,
};
