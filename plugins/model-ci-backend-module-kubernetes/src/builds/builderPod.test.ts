import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { AttemptSpec } from '@model-ci/backstage-plugin-model-ci-node';
import { attempt } from '@model-ci/backstage-plugin-model-ci-node/testing';
import type { JsonObject } from '@backstage/types';
import { podOf } from '../pods/podSpec';
import { podOptions } from '../stageOptions';
import { testCluster } from '../testing/testbed';
import { builderPod, withBuilderFiles } from './builderPod';
import { planBuild } from './planBuild';

const registries = [
  {
    host: 'registry.example',
    username: 'model-ci',
    password: 'very secret',
    push: 'models',
  },
];

const clusterOf = (imageBuilds: JsonObject = {}) =>
  testCluster({ imageBuilds, imagePullSecrets: ['registry'] }, registries);

function specOf(rest: Partial<AttemptSpec> = {}): AttemptSpec {
  return attempt(
    {
      node: 'testbed',
      image: 'busybox',
      executor: undefined as never,
      recreate: undefined as never,
      removeBehind: undefined as never,
      remains: undefined as never,
    },
    '',
    {
      attemptId: 'attempt-1',
      build: { context: '.', dockerfile: 'Dockerfile', args: {} },
      ...rest,
    },
  );
}

function plan(
  rest: Partial<AttemptSpec> = {},
  cluster: ReturnType<typeof testCluster> = clusterOf(),
) {
  const spec = specOf(rest);
  return planBuild(cluster, spec, spec.build!);
}

function podFor(imageBuilds: JsonObject = {}) {
  const cluster = clusterOf(imageBuilds);
  const planned = plan({}, cluster);
  const plain = podOf(cluster, planned.spec, podOptions(cluster, {}));
  return { plain, pod: builderPod(plain, planned), planned };
}

describe('the pod of a build', () => {
  it('may map users and make namespaces, and nothing else that other pods may not', () => {
    const { pod, plain } = podFor();
    const [sidecar, stage] = pod.spec!.containers;
    expect(stage.image).toBe('docker.io/moby/buildkit:rootless');
    expect(stage.securityContext).toEqual({
      privileged: false,
      allowPrivilegeEscalation: true,
      capabilities: { drop: ['ALL'], add: ['SETUID', 'SETGID'] },
      readOnlyRootFilesystem: false,
      seccompProfile: { type: 'Unconfined' },
      appArmorProfile: { type: 'Unconfined' },
    });
    expect(sidecar).toEqual(plain.spec!.containers[0]);
    expect(pod.spec!.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(stage.resources).toEqual(plain.spec!.containers[1].resources);
    expect(pod.spec).not.toHaveProperty('hostNetwork');
  });

  it('may have profiles of its own', () => {
    const { pod } = podFor({
      seccompProfile: 'Localhost/profiles/buildkit.json',
      appArmorProfile: 'Localhost/buildkit',
    });
    expect(pod.spec!.containers[1].securityContext).toMatchObject({
      seccompProfile: {
        type: 'Localhost',
        localhostProfile: 'profiles/buildkit.json',
      },
      appArmorProfile: { type: 'Localhost', localhostProfile: 'buildkit' },
    });
    expect(Object.values(pod.metadata!.annotations!)).toContain(
      'localhost/buildkit',
    );
  });

  it('has credentials in files of its stage alone, and nowhere else', () => {
    const { pod, planned } = podFor();
    const encoded = Buffer.from('model-ci:very secret').toString('base64');
    expect(JSON.stringify(pod)).not.toMatch(/very secret|bW9kZWwtY2k6/);
    expect(planned.spec.script).not.toMatch(/very secret|bW9kZWwtY2k6/);
    const { stringData } = withBuilderFiles({}, planned);
    expect(JSON.parse(stringData!['builder.config.json'])).toEqual({
      auths: { 'registry.example': { auth: encoded } },
    });
    const [sidecar, stage] = pod.spec!.containers;
    const mounts = (container: typeof stage) =>
      container.volumeMounts!.map(({ mountPath }) => mountPath);
    expect(mounts(sidecar).join()).not.toMatch(/builder|pull/);
    expect(mounts(stage)).toEqual(
      expect.arrayContaining(['/model-ci/builder', '/model-ci/pull/0']),
    );
    // Of the Secret of the attempt, which has its script and its URLs as well
    const { secret } = pod.spec!.volumes!.find(
      ({ name }) => name === 'builder',
    )!;
    expect(secret).toEqual({
      secretName: 'model-ci-attempt-1',
      items: Object.keys(planned.files).map(path => ({
        key: `builder.${path}`,
        path,
      })),
    });
  });

  it('knows the authority of the registries from when the backend started', () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-ci-ca-'));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, rootCertificates[0]);
    const cluster = clusterOf({ caFile });
    rmSync(folder, { recursive: true });
    const { files, spec } = plan({}, cluster);
    expect(files['ca.pem']).toBe(rootCertificates[0]);
    expect(spec.script).toContain(
      '--registry-auth-tlscontext=host=https://registry.example,ca=/model-ci/builder/ca.pem',
    );
  });

  it('is refused in words where the cluster has no builder', () => {
    expect(() => plan({}, testCluster())).toThrow(
      "cannot build an image on cluster 'testbed': it has no builder",
    );
  });

  it('needs a registry, which is said when the backend starts', () => {
    expect(() => testCluster({ imageBuilds: {} })).toThrow(
      "give one of modelCi.registries a path under 'push'",
    );
    expect(() =>
      testCluster({ imageBuilds: {} }, [{ host: 'registry.example' }]),
    ).toThrow("'imageBuilds' needs a registry that takes images");
  });

  it.each([
    [{ user: '0:0' }, 'imageBuilds.user: must be'],
    [{ seccompProfile: 'unconfined' }, 'imageBuilds.seccompProfile: must be'],
    [{ plainHttp: ['http://a'] }, 'imageBuilds.plainHttp.0: must be a host'],
    [{ mirrors: { 'docker.io"]': ['a'] } }, 'imageBuilds.mirrors'],
    [{ caFile: '/none' }, "'imageBuilds.caFile' has no certificate"],
  ])('is configured as %j in vain', (imageBuilds, message) => {
    expect(() => testCluster({ imageBuilds }, registries)).toThrow(message);
  });
});

describe('what the builder may fetch', () => {
  const policy = (network: 'none' | 'default', cluster = clusterOf()) => {
    const { files } = plan({ network }, cluster);
    const { rules } = JSON.parse(files['policy.json']) as {
      rules: Array<{ action: string; selector: { identifier: string } }>;
    };
    // The last rule that matches holds; RE2 takes its flags within the expression
    return (source: string) =>
      rules.reduce((isAllowed, { action, selector }) => {
        const [, flag, text] = /^(\(\?i\))?(.*)$/.exec(selector.identifier)!;
        return new RegExp(text, flag && 'i').test(source)
          ? action === 'ALLOW'
          : isAllowed;
      }, true);
  };

  it('are images of its own pipeline, and whatever no pipeline has built', () => {
    const { pipelineRef } = specOf();
    expect(pipelineRef).toBe('modelpipeline:default/contract');
    const may = policy('default');
    for (const source of [
      'docker-image://docker.io/library/python:3.11',
      'docker-image://registry.example/models/default/contract:1',
      'docker-image://registry.example/models/default/contract@sha256:0',
      'docker-image://registry.example/other/models/x:1',
      'docker-image://registryxexample/models/default/other:1',
      'https://example.org/x',
    ]) {
      expect([source, may(source)]).toEqual([source, true]);
    }
    for (const source of [
      'docker-image://registry.example/models/default/other:1',
      'docker-image://REGISTRY.example/models/default/other:1',
      'docker-image://registry.example:443/models/default/contract:1',
      'docker-image://registry.example/models/default/contract-2:1',
      'docker-image://registry.example/models/default/contract/x:1',
      'docker-image://registry.example/models/cache/default/contract:layers',
      'docker-image://registry.example:0443/models/default/other:1',
      'docker-image+blob://registry.example/models/default/other:1',
    ]) {
      expect([source, may(source)]).toEqual([source, false]);
    }
  });

  it('are not images of other pipelines by the name of a registry that theirs mirrors', () => {
    const may = policy(
      'none',
      clusterOf({
        mirrors: {
          'docker.io': ['other.example', 'registry.example'],
          'quay.example:5000': ['registry.example:443'],
          'ghcr.example': ['other.example'],
        },
      }),
    );
    for (const name of [
      'docker.io/library/python:3.11',
      'docker.io/models/default/contract:1',
      'quay.example:5000/models/default/contract@sha256:0',
      'ghcr.example/models/default/other:1',
    ]) {
      expect([name, may(`docker-image://${name}`)]).toEqual([name, true]);
    }
    for (const name of [
      'registry.example/models/default/other:1',
      'docker.io/models/default/other:1',
      'docker.io/models/cache/default/contract:1',
      'registry-1.docker.io/models/default/other:1',
      'index.docker.io/models/default/other:1',
      'quay.example:5000/models/default/other:1',
      'quay.example:05000/models/default/other:1',
    ]) {
      expect([name, may(`docker-image://${name}`)]).toEqual([name, false]);
    }
  });

  it('is nothing but images where the stage has no network', () => {
    const may = policy('none');
    expect(may('https://example.org/x')).toBe(false);
    expect(may('git://github.com/a/b.git#main')).toBe(false);
    expect(may('docker-image://docker.io/library/python:3.11')).toBe(true);
  });
});
