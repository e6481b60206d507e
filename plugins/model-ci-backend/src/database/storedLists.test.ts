import { reason } from '@model-ci/backstage-plugin-model-ci-common';
import { parseStoredDefinitionErrors } from './storedLists';

const place = { file: 'model-pipeline.yaml', line: 3, column: 1, path: 'a' };

describe('the errors of a definition that a run keeps', () => {
  it('are read with their codes', () => {
    const why = reason('definition.atLeast', { min: 1 });
    const stored = [{ ...place, message: why.text, reason: why }];
    expect(parseStoredDefinitionErrors(JSON.stringify(stored))).toEqual(stored);
  });

  it('of an earlier version are quotations', () => {
    const stored = [{ ...place, message: 'is too small' }];
    expect(parseStoredDefinitionErrors(JSON.stringify(stored))).toEqual([
      {
        ...stored[0],
        reason: { ...reason('quoted', { text: 'is too small' }) },
      },
    ]);
  });
});
