import type { Registry } from '@model-ci/backstage-plugin-model-ci-node';

/** What the names of images begin with that were pushed from here, one for each registry that takes some. */
export function pushPrefixes(registries: Registry[]): string[] {
  return registries.flatMap(({ host, push }) =>
    push === undefined ? [] : [`${host}/${push}/`],
  );
}

/** Whether a name is by digest that of an image which a stage has built: then it is the very image that was pushed. */
export function isPushed(image: string, registries: Registry[]): boolean {
  return (
    /@sha256:[0-9a-f]{64}$/.test(image) &&
    pushPrefixes(registries).some(prefix => image.startsWith(prefix))
  );
}
