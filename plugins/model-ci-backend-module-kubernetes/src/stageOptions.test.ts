import { podOptions, stageOptionsSchema } from './stageOptions';
import { testCluster } from './testing/testbed';

describe('what a stage may choose', () => {
  const cluster = testCluster({
    nodeSelector: { pool: 'training' },
    labels: { team: 'ml' },
    priorityClass: 'normal',
    resources: { ephemeralStorage: '10Gi' },
    allow: {
      priorityClasses: ['urgent'],
      tolerations: ['training'],
      labels: ['cost-center', 'team'],
    },
  });

  it('is added to what its cluster sets, and never replaces it', () => {
    expect(
      podOptions(cluster, {
        nodeSelector: { disk: 'nvme', pool: 'control-plane' },
        labels: { 'cost-center': '7', team: 'other' },
        priorityClass: 'urgent',
        tolerations: [{ key: 'training', operator: 'Exists' }],
        ephemeralStorage: '20Gi',
      }),
    ).toMatchObject({
      nodeSelector: { disk: 'nvme', pool: 'training' },
      labels: { 'cost-center': '7', team: 'ml' },
      priorityClass: 'urgent',
      serviceAccount: 'default',
      ephemeralStorageBytes: 10 * 2 ** 30,
    });
  });

  it.each([
    ['serviceAccount', { serviceAccount: 'admin' }],
    ['runtimeClass', { runtimeClass: 'privileged' }],
    ['priorityClass', { priorityClass: 'system-node-critical' }],
    ['queue', { queue: 'gold' }],
    ['labels', { labels: { app: 'payments' } }],
    ['annotations', { annotations: { 'k8s.v1.cni.cncf.io/networks': 'x' } }],
    ['tolerations', { tolerations: [{ operator: 'Exists' as const }] }],
  ])('is refused for %s that no list has', (option, options) => {
    expect(() => podOptions(cluster, options)).toThrow(
      new RegExp(`does not let stages choose ${option} .*allow`),
    );
  });

  it.each(['hostNetwork', 'securityContext', 'volumes', 'hostPID', 'spec'])(
    'is never %s',
    option => {
      expect(stageOptionsSchema.safeParse({ [option]: true }).success).toBe(
        false,
      );
    },
  );
});
