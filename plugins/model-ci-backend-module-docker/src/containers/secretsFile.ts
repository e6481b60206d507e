import { InputError } from '@backstage/errors';
import { WORKSPACE } from './containerSpec';

/** The engine shows variables of a container to whoever may ask it; a file shows in no answer of its. */
export const SECRETS_FILE = '.model-ci-secrets';

const PATH = `${WORKSPACE}/${SECRETS_FILE}`;

/**
 * What a shell reads the variables with before it runs the script: the file is gone then, or nothing runs. A container that
 * somebody starts once more finds none, and ends.
 */
export const READ_SECRETS = `. ${PATH} && command -p rm -f ${PATH} && [ ! -e ${PATH} ] || exit 126`;

/** The file's words for a shell. */
export function secretsFile(secrets: Record<string, string>): string {
  return Object.entries(secrets)
    .map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        throw new InputError(`'${name}' is not the name of a variable`);
      }
      return `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`;
    })
    .join('');
}
