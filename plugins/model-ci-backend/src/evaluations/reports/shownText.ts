import { showInvisible } from './visible';

/** Not configurable: as much as somebody reads of one example among many. */
export const MAX_SHOWN_TEXT = 500;
/** Characters may be of two units, and white space is drawn together. */
const MAX_READ = 8 * MAX_SHOWN_TEXT;

/** What an example says of itself, in one line, cut where it is long. What is no text was not meant for this. */
export function readShownText(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  const line = value
    .slice(0, MAX_READ)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = [...showInvisible(line)];
  const isCut = characters.length > MAX_SHOWN_TEXT || value.length > MAX_READ;
  const shown = characters.slice(0, MAX_SHOWN_TEXT).join('');
  return shown === '' ? undefined : `${shown}${isCut ? '…' : ''}`;
}
