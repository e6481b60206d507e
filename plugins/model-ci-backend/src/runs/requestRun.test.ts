import { mockServices } from '@backstage/backend-test-utils';
import { requestRun, type RequestRunContext } from './requestRun';
import type { StartRunInput } from './RunService';

const SOURCE_URL = 'https://git.example/house/main/';
const request = {
  pipelineRef: 'modelpipeline:default/house',
  sourceUrl: SOURCE_URL,
  ref: 'main',
  trigger: 'manual' as const,
  createdBy: 'user:default/ann',
};

describe('requestRun', () => {
  it('waits so long for a code host and no longer, then leaves the question to the preparation', async () => {
    const started: StartRunInput[] = [];
    let asking: AbortSignal | undefined;
    const context: RequestRunContext = {
      logger: mockServices.logger.mock(),
      resolveLimit: 20,
      source: {
        repository: () => 'https://git.example/house',
        readDefinition: () => new Promise(() => {}),
        resolve: (_url, _ref, signal) => {
          asking = signal;
          return new Promise(() => {});
        },
      },
      runs: {
        findStarted: async () => undefined,
        start: async input => {
          started.push(input);
          return {
            id: 'run',
            number: 1,
            pipelineRef: input.pipelineRef,
            status: 'queued',
            trigger: input.trigger,
            createdBy: input.createdBy,
            createdAt: '2026-01-01T00:00:00.000Z',
            stages: [],
          };
        },
      },
    };
    await requestRun(context, request);
    expect(started).toEqual([
      expect.objectContaining({ ref: 'main', commit: undefined }),
    ]);
    while (!asking?.aborted) {
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(context.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('no answer within 20 ms'),
    );
  });
});
