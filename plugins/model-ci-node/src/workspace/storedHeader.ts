import { ENTRY_TIME } from './entryTime';
import type { EntryHeader } from './tarHeader';

/**
 * The head of an entry as every stored archive has it, so that the same files have the same bytes whenever and by
 * whomever they were made: of the mode only the executable bit is kept, and neither owner nor time.
 */
export function storedHeader(
  entry: { name: string } & (
    | { type: 'file'; size: number; mode: number }
    | { type: 'directory' }
    | { type: 'symlink' | 'link'; linkname: string }
  ),
): EntryHeader {
  const { name, type } = entry;
  const common = { type, mtime: ENTRY_TIME };
  switch (type) {
    case 'file': {
      const mode = (entry.mode & 0o111) === 0 ? 0o644 : 0o755;
      return { ...common, name, size: entry.size, mode };
    }
    case 'directory':
      return { ...common, name: `${name || '.'}/`, mode: 0o755 };
    case 'symlink':
      return { ...common, name, linkname: entry.linkname, mode: 0o777 };
    case 'link':
      return { ...common, name, linkname: entry.linkname, mode: 0o644 };
    default:
      throw new Error(`Unknown entry ${JSON.stringify(entry)}`);
  }
}
