import { homedir, tmpdir } from 'node:os';
import { isError } from '@backstage/errors';

/** Where files of a machine lie; paths of URLs and of workspaces begin otherwise. */
const ROOTS =
  'bin|data|dev|etc|home|lib|mnt|nix|opt|private|proc|root|run|srv|sys|tmp|Users|usr|var|work';
const FILE_PATH = new RegExp(
  `(?:file://|(?<![\\w:/.-]))(?:/(?:${ROOTS})|[A-Za-z]:)(?:[/\\\\]+[^\\s'"\`,;:()<>|/\\\\]+)+`,
  'g',
);

/**
 * What an error says to people outside: no stack, and no path of this machine, of which only the last name is kept. A
 * developer sees it all. Whoever catches the error logs it as it is.
 */
export function describeError(
  error: unknown,
  { isDevelopment = process.env.NODE_ENV === 'development' } = {},
): string {
  const message = isError(error) ? error.message : String(error);
  // PostgreSQL refuses NUL in text, and anything may be quoted in an error.
  const text = message.replaceAll('\0', '');
  return isDevelopment ? text : hidePaths(withoutStack(shorten(error, text)));
}

/** "ENOENT: no such file or directory, open '/var/…'" without what was opened. */
function shorten(error: unknown, text: string): string {
  const syscall =
    isError(error) && 'syscall' in error ? error.syscall : undefined;
  if (typeof syscall !== 'string') {
    return text;
  }
  const end = text.indexOf(`, ${syscall}`);
  return end < 0 ? text : `${text.slice(0, end)} (${syscall})`;
}

function withoutStack(text: string): string {
  return text.replace(/(?:\n\s+at [^\n]*)+/g, '');
}

function hidePaths(text: string): string {
  const own = [process.cwd(), tmpdir(), homedir()].filter(
    folder => folder.length > 1,
  );
  const hidden = own.reduce(
    (result, folder) =>
      result.replaceAll(
        new RegExp(`${escape(folder)}(?:[/\\\\][^\\s'"\`,;:()<>|]+)*`, 'g'),
        lastName,
      ),
    text,
  );
  return hidden.replace(FILE_PATH, lastName);
}

function lastName(path: string): string {
  return `…/${path.split(/[/\\]/).pop()}`;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
