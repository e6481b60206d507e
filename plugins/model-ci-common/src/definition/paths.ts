import { reason, type Reason } from '../reasons';

/** Shorter than what any file system or archive takes. */
const MAX_LENGTH = 512;

/**
 * Why a text is not a path inside the workspace, or undefined if it is one. Stricter than any
 * file system: what is refused here can neither leave the workspace nor mean two things on two machines.
 */
export function explainBadPath(text: string): Reason | undefined {
  if (text.trim() === '') {
    return reason('definition.pathEmpty');
  }
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) {
    return reason('definition.controlCharacter');
  }
  if (text.length > MAX_LENGTH) {
    return reason('definition.pathLong', { max: MAX_LENGTH });
  }
  if (text.includes('\\')) {
    return reason('definition.pathBackslash');
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return reason('definition.pathUrl');
  }
  if (text.startsWith('/') || text.startsWith('~')) {
    return reason('definition.pathAbsolute');
  }
  const segments = text.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  if (segments.includes('..')) {
    return reason('definition.pathParent');
  }
  if (segments.length === 1 && (segments[0] === '.' || segments[0] === '')) {
    return reason('definition.pathWhole');
  }
  if (segments.includes('.') || segments.includes('')) {
    return reason('definition.pathSegment');
  }
  // Windows and macOS find .git under these spellings too.
  if (segments.some(segment => /^\.git[. ]*$/i.test(segment))) {
    return reason('definition.pathGit');
  }
  return undefined;
}

/** The one spelling of an accepted path: no leading `./`, no trailing `/`. */
export function normalizePath(text: string): string {
  return text.replace(/^\.\//, '').replace(/\/$/, '');
}
