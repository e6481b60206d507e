import { InputError } from '@backstage/errors';

/** The name that guards against a second start. */
export function containerName(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/.test(id)) {
    throw new InputError(
      `Id '${id}' cannot name a container: use letters, digits, '_', '.', '-'`,
    );
  }
  return `model-ci-${id}`;
}
