import {
  parseEntityYaml,
  processingResult,
  type CatalogProcessorParser,
  type LocationSpec,
} from '@backstage/plugin-catalog-node';
import { parseAllDocuments } from 'yaml';

/**
 * Reads entities as the catalog does, but quotes nothing of a file that is no YAML. The catalog reads with the credentials of
 * the backend, for anybody who registers a location: an error that shows the line it is about would show lines of
 * every file that the backend can read.
 */
export const parseEntityFile: CatalogProcessorParser =
  async function* parseEntityFile({ data, location }) {
    const unreadable = () =>
      processingResult.generalError(location, describe(data, location));
    try {
      for (const result of parseEntityYaml(data, location)) {
        yield result.type === 'error' ? unreadable() : result;
      }
    } catch {
      // An alias of nothing, or more aliases than anybody needs.
      yield unreadable();
    }
  };

function describe(data: Buffer, { type, target }: LocationSpec): string {
  return `There is an error in ${type}:${target}${whereIn(data)}`;
}

/** The kind of the first error and its place. The words of the parser may hold those of the file. */
function whereIn(data: Buffer): string {
  try {
    const errors = parseAllDocuments(data.toString('utf8'), {
      prettyErrors: true,
    }).flatMap(document => document.errors);
    const [error] = errors;
    const [start] = error?.linePos ?? [];
    return error
      ? `: ${error.code.toLocaleLowerCase('en-US').replaceAll('_', ' ')}${
          start ? ` at line ${start.line}, column ${start.col}` : ''
        }`
      : ': a document that is no mapping, or one with wrong aliases';
  } catch {
    return ': it cannot be parsed';
  }
}
