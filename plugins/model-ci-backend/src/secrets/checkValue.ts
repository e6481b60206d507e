import {
  MAX_SECRET_BYTES,
  MIN_SECRET_CHARACTERS,
  reason,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';

/** With fewer it would be found in separators and the like, and go on for ever. */
const MIN_DIFFERENT = 4;

/** Why a value can be no secret; undefined where it can. */
export function findValueProblem(value: string): Reason | undefined {
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES) {
    return reason('secret.long', { max: { bytes: MAX_SECRET_BYTES } });
  }
  const text = value.replace(/[\r\n]/g, '').trim();
  const characters = [...text];
  if (
    characters.length < MIN_SECRET_CHARACTERS ||
    new Set(characters).size < MIN_DIFFERENT
  ) {
    return reason('secret.short', { min: MIN_SECRET_CHARACTERS });
  }
  // eslint-disable-next-line no-control-regex
  return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value) ||
    Buffer.from(value).toString() !== value
    ? reason('secret.controlCharacter')
    : undefined;
}
