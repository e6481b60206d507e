/**
 * Why a text is not a path inside the workspace, or undefined if it is one. Stricter than any
 * file system: what is refused here can neither leave the workspace nor mean two things on two machines.
 */
export function explainBadPath(text: string): string | undefined {
  if (text.trim() === '') {
    return 'is empty; write a path relative to the repository, such as reports/metrics.json';
  }
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) {
    return 'contains a control character';
  }
  if (text.length > 512) {
    return 'is longer than 512 characters';
  }
  if (text.includes('\\')) {
    return 'contains a backslash; separate folders with /';
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) {
    return 'is not a path: only files and folders of the repository can be named, such as ./data/houses.csv';
  }
  if (text.startsWith('/') || text.startsWith('~')) {
    return 'must be relative to the repository, not absolute';
  }
  const segments = text.replace(/^\.\//, '').replace(/\/$/, '').split('/');
  if (segments.includes('..')) {
    return "must stay inside the repository: '..' is not allowed";
  }
  if (segments.length === 1 && (segments[0] === '.' || segments[0] === '')) {
    return 'names the whole workspace; name one file or folder in it';
  }
  if (segments.includes('.') || segments.includes('')) {
    return "has an empty or '.' segment in its middle";
  }
  // Windows and macOS find .git under these spellings too.
  if (segments.some(segment => /^\.git[. ]*$/i.test(segment))) {
    return 'lies inside .git, which a workspace does not have';
  }
  return undefined;
}

/** The one spelling of an accepted path: no leading `./`, no trailing `/`. */
export function normalizePath(text: string): string {
  return text.replace(/^\.\//, '').replace(/\/$/, '');
}
