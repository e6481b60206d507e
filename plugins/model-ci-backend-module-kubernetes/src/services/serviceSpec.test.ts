import type { ServiceSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { readClusterConfigs } from '../config';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { podOptions } from '../stageOptions';
import { testCluster } from '../testing/testbed';
import { ingressUrl } from '../config';
import { reachOf } from './routes';
import {
  autoscalerOf,
  deploymentOf,
  ingressOf,
  secretOf,
  serviceOf,
} from './serviceSpec';

const spec: ServiceSpec = {
  serviceId: 'service-1',
  deploymentId: 'deployment-1',
  pipelineRef: 'modelpipeline:default/house-price',
  version: 3,
  environment: 'production',
  node: 'testbed',
  image: 'registry.example/serve:1',
  script: 'exec serve $(PORT) --secret-flag',
  port: 8080,
  env: { TOKEN: 'very secret' },
  resources: { cpus: 2, gpus: 1 },
  workspace: [
    {
      path: '.',
      digest: 'sha256:1',
      open: async () => {
        throw new Error('It is fetched');
      },
      signUrl: async () => ({ url: 'https://portal/t/signed' }),
    },
  ],
  health: '/ready',
  startupSeconds: 90,
  replicas: 2,
};

function parts(config: JsonObject = {}, rest: Partial<ServiceSpec> = {}) {
  const cluster = testCluster(config);
  const options = podOptions(cluster, { nodeSelector: { disk: 'nvme' } });
  return { cluster, spec: { ...spec, ...rest }, options };
}

describe('the Deployment of a service', () => {
  const deployment = deploymentOf(parts());
  const pod = deployment.spec?.template.spec;

  it('satisfies the restricted pod security standard', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    const containers = [
      ...(pod?.initContainers ?? []),
      ...(pod?.containers ?? []),
    ];
    expect(containers).toHaveLength(2);
    for (const { securityContext } of containers) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('holds nothing that is secret, which its Secret does', async () => {
    const text = JSON.stringify(deployment);
    expect(text).not.toMatch(/very secret|signed|secret-flag/);
    const { stringData } = await secretOf(parts(), { uid: 'u' });
    expect(stringData).toMatchObject({
      script: spec.script,
      fetch: 'https://portal/t/signed .',
      'env.0': 'very secret',
      'env.1': '8080',
    });
  });

  it('finds its pods, and its Service does, by the service and the portal alone', () => {
    const selector = {
      'app.kubernetes.io/managed-by': 'model-ci',
      'model-ci.dev/instance': 'default',
      'model-ci.dev/service': 'service-1',
    };
    expect(deployment.spec?.selector.matchLabels).toEqual(selector);
    expect(deployment.spec?.template.metadata?.labels).toMatchObject(selector);
    // That is how pods of attempts are found
    expect(deployment.spec?.template.metadata?.labels).not.toHaveProperty([
      'model-ci.dev/attempt',
    ]);
    expect(serviceOf(parts(), 'u')).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Deployment', uid: 'u' }] },
      spec: { selector, ports: [{ port: 8080, targetPort: 8080 }] },
    });
  });

  it('has what serving asks for', () => {
    expect(deployment.spec?.replicas).toBe(2);
    expect(pod?.nodeSelector).toEqual({ disk: 'nvme' });
    const [container] = pod?.containers ?? [];
    expect(container).toMatchObject({
      image: 'registry.example/serve:1',
      resources: { limits: { cpu: '2000m', 'nvidia.com/gpu': '1' } },
      readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      startupProbe: { periodSeconds: 1, failureThreshold: 120 },
    });
    // One that does not answer just now is left alone
    expect(container).not.toHaveProperty('livenessProbe');
  });

  it('leaves a node that is gone sooner than others do, unless the config says when', () => {
    const unreachable = 'node.kubernetes.io/unreachable';
    expect(pod?.tolerations).toContainEqual(
      expect.objectContaining({ key: unreachable, tolerationSeconds: 30 }),
    );
    const own = { key: unreachable, operator: 'Exists' };
    const { tolerations } =
      deploymentOf(parts({ tolerations: [own] })).spec?.template.spec ?? {};
    expect(tolerations?.filter(({ key }) => key === unreachable)).toEqual([
      own,
    ]);
  });

  it('is scaled where that is asked for', () => {
    expect(autoscalerOf(parts(), 'u')).toBeUndefined();
    const scaled = parts({}, { autoscale: { max: 5, cpu: 70 } });
    expect(autoscalerOf(scaled, 'u')).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: {
        scaleTargetRef: { kind: 'Deployment' },
        minReplicas: 2,
        maxReplicas: 5,
        targetCPUUtilizationPercentage: 70,
      },
    });
  });
});

describe('the way to a service', () => {
  const url = 'https://{service}.models.example';

  it('is the API server from outside, and its address from inside', () => {
    expect(reachOf(testCluster())).toBe('proxy');
    const [inside] = readClusterConfigs(
      new ConfigReader({
        modelCi: {
          executors: {
            kubernetes: { clusters: [{ name: 'a', inCluster: true }] },
          },
        },
      }),
    );
    expect(reachOf(inside)).toBe('cluster');
    expect(reachOf(testCluster({ services: { reach: 'cluster' } }))).toBe(
      'cluster',
    );
  });

  it('is an ingress where one is configured', () => {
    expect(ingressUrl(url, 'one')).toBe('https://one.models.example');
    expect(
      ingressOf(parts({ services: { reach: 'ingress', url } }), 'u'),
    ).toBeUndefined();
    const ingress = { className: 'nginx', tlsSecret: 'wildcard' };
    expect(
      ingressOf(parts({ services: { reach: 'ingress', url, ingress } }), 'u'),
    ).toMatchObject({
      spec: {
        ingressClassName: 'nginx',
        tls: [{ secretName: 'wildcard' }],
        rules: [{ host: 'model-ci-service-1.models.example' }],
      },
    });
  });

  it.each<[string, JsonObject]>([
    ['go together', { reach: 'ingress' }],
    ['go together', { url }],
    ['{service}', { reach: 'ingress', url: 'https://models.example' }],
    [
      "'services.ingress' needs",
      {
        reach: 'ingress',
        url: 'https://models.example/{service}',
        ingress: {},
      },
    ],
    ['reach', { reach: 'tunnel' }],
  ])('is refused where the config is wrong: %s', (message, services) => {
    expect(() => testCluster({ services })).toThrow(message);
  });
});
