import { Masks } from '../../masking/Masks';
import { JsonScanner, type JsonPlace, type JsonScalar } from './JsonScanner';
import type { ReportReader } from './ReportReader';

/** Names of members, and positions in lists, from the outermost value to a scalar. */
export type JsonPath = ReadonlyArray<string | number>;

/** Not configurable: deeper than any tool nests what it reports. */
const MAX_DEPTH = 64;

/** Calls back with each text, number, truth value and null of a file, and where it stands. Holds one path. */
export function walkScalars(
  take: (path: JsonPath, value: JsonScalar, place: JsonPlace) => void,
  masks = Masks.none,
): ReportReader<void> {
  const path: Array<string | number> = [];
  const lists: boolean[] = [];
  const step = () => {
    const last = path.length - 1;
    const at = path[last];
    if (lists.at(-1) && typeof at === 'number') {
      path[last] = at + 1;
    }
  };
  const scanner = new JsonScanner(
    (event, place) => {
      switch (event.type) {
        case 'name':
          path[path.length - 1] = event.name;
          break;
        case 'open':
          path.push(event.kind === 'array' ? 0 : '');
          lists.push(event.kind === 'array');
          break;
        case 'close':
          path.pop();
          lists.pop();
          step();
          break;
        default:
          take(path, event, place);
          step();
      }
    },
    MAX_DEPTH,
    masks,
  );
  return {
    write: chunk => scanner.write(chunk),
    end: () => scanner.end(),
  };
}
