import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import {
  describeParameterProblems,
  fillParameters,
  type ParameterValues,
  reason,
  type RunParameters,
} from '@model-ci/backstage-plugin-model-ci-common';
import { invalidRequest } from '@model-ci/backstage-plugin-model-ci-node';
import { parseFoundDefinition } from '../source/parseFoundDefinition';
import type { SourceReader } from '../source/SourceReader';
import { missingSource } from './missingSource';
import { reasonOf, withReason } from '../withReason';
import { withinTime } from '../withinTime';

/** Milliseconds that whoever looks at a form waits for the code host. */
const READ_LIMIT = 10_000;

/** What runs of a commit can be given. Rejects where the code host does not have it, or does not answer in time. */
export async function readRunParameters(
  source: Pick<SourceReader, 'resolve' | 'readDefinition' | 'repository'>,
  pipeline: { ref: string; sourceUrl: string },
  at: { ref?: string; commit?: string },
): Promise<RunParameters> {
  const signal = AbortSignal.timeout(READ_LIMIT);
  const repository = source.repository(pipeline.sourceUrl);
  const read = async () => {
    const { commit } = await source
      .resolve(pipeline.sourceUrl, at.ref ?? at.commit, signal)
      .catch(error => {
        throw toRefusal(error, repository, at);
      });
    return await readParametersAt(source, pipeline, commit, signal);
  };
  const found = await withinTime(read(), READ_LIMIT).catch(error => {
    if (InputError.is(error) || ConflictError.is(error)) {
      throw error;
    }
    return undefined;
  });
  if (!found) {
    throw withReason(
      ServiceUnavailableError,
      reason('error.hostSilent', { repository }),
    );
  }
  return found;
}

/** What to say of a ref that cannot be found. */
function toRefusal(
  error: Error,
  repository: string,
  at: { ref?: string; commit?: string },
): Error {
  if (NotFoundError.is(error)) {
    return missingSource('query', repository, at);
  }
  const field = at.ref === undefined ? 'commit' : 'ref';
  return InputError.is(error)
    ? invalidRequest('query', field, reasonOf(error) ?? error.message)
    : error;
}

export async function readParametersAt(
  source: Pick<SourceReader, 'readDefinition'>,
  pipeline: { ref: string; sourceUrl: string },
  commit: string,
  signal: AbortSignal,
): Promise<RunParameters> {
  const parsed = parseFoundDefinition(
    await source.readDefinition(pipeline, commit, signal),
  );
  return 'errors' in parsed
    ? { commit, parameters: {}, definitionErrors: parsed.errors }
    : {
        commit,
        parameters: parsed.definition.parameters ?? {},
        definitionErrors: [],
      };
}

/** Rejects with an `InputError` that names each parameter that was given wrongly, or not at all. */
export function demandParameters(
  { parameters, definitionErrors }: RunParameters,
  given: ParameterValues = {},
): void {
  // A run of an invalid definition shows what is wrong with it.
  const filled =
    definitionErrors.length > 0 ? undefined : fillParameters(parameters, given);
  if (filled && 'problems' in filled) {
    throw withReason(InputError, describeParameterProblems(filled.problems));
  }
}
