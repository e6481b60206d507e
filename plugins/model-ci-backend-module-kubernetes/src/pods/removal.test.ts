import { removalOf } from './removal';

/** A cluster that has these events of the pod. */
function clusterWith(events: Array<{ reason: string; message: string }>) {
  return { list: async () => ({ items: events }) };
}

describe('Why a pod was taken away', () => {
  it('is its eviction, not one before that was called off', async () => {
    const cluster = clusterWith([
      {
        reason: 'TaintManagerEviction',
        message: 'Cancelling deletion of Pod model-ci/model-ci-1',
      },
      { reason: 'Scheduled', message: 'Successfully assigned to n2' },
      {
        reason: 'TaintManagerEviction',
        message: 'Marking for deletion Pod model-ci/model-ci-1',
      },
    ]);
    expect(await removalOf(cluster, '1')).toEqual({
      type: 'lost',
      reason:
        'TaintManagerEviction: Marking for deletion Pod model-ci/model-ci-1',
    });
  });

  it('is what was seen of it where no event says more', async () => {
    const cluster = clusterWith([
      {
        reason: 'TaintManagerEviction',
        message: 'Cancelling deletion of Pod model-ci/model-ci-1',
      },
    ]);
    expect(await removalOf(cluster, '1', 'Node n2 is gone')).toEqual({
      type: 'lost',
      reason: 'Node n2 is gone',
    });
    expect(await removalOf(cluster, '1')).toMatchObject({
      reason: { code: 'kubernetes.lostRemoved' },
    });
  });
});
