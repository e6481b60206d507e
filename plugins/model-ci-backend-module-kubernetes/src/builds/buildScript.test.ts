import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ImageBuild } from '@model-ci/backstage-plugin-model-ci-node';
import { buildScript } from './buildScript';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('the script of a build', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'model-ci-build-'));
    mkdirSync(join(root, 'workspace/app'), { recursive: true });
    mkdirSync(join(root, 'home'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  /** Runs it with folders of its own, and a program in place of the builder. */
  function run(
    build: Partial<ImageBuild>,
    builder: string,
    branch = 'main',
    secrets?: Record<string, string>,
  ) {
    put('bin/buildctl-daemonless.sh', `#!/bin/sh\n${builder}\n`);
    chmodSync(join(root, 'bin/buildctl-daemonless.sh'), 0o755);
    const script = buildScript({
      spec: {
        attemptId: 'attempt-1',
        pipelineRef: 'modelpipeline:default/price',
        network: 'none',
        env: { MODEL_CI_BRANCH: branch },
        secrets,
      },
      build: { context: '.', dockerfile: 'Dockerfile', args: {}, ...build },
      registries: [
        { host: 'registry.example', push: 'models' },
        { host: 'other.example:5000', push: 'm' },
        { host: 'mirror.example' },
      ],
      plainHttp: ['other.example:5000'],
      hasCa: false,
    })
      .replaceAll('/workspace', `${root}/workspace`)
      .replaceAll('/model-ci/', `${root}/`)
      .replaceAll('/dev/termination-log', `${root}/end`);
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
      encoding: 'utf8',
      env: {
        ...process.env,
        ...secrets,
        HOME: join(root, 'home'),
        PATH: `${root}/bin:${process.env.PATH}`,
      },
    });
    const end = join(root, 'end');
    return {
      status,
      output: stdout + stderr,
      end: existsSync(end) ? readFileSync(end, 'utf8') : undefined,
    };
  }

  const succeed = `
for word; do printf '[%s]\\n' "$word"; done >&2
until [ "$1" = --metadata-file ]; do shift; done
printf '{ "containerimage.config.digest": "sha256:1", "containerimage.digest": "${DIGEST}", "image.name": "x" }' > "$2"`;

  it('asks for all that the stage says, whatever characters it has', () => {
    const { status, output, end } = run(
      {
        context: 'app',
        dockerfile: 'docker/It is.file',
        args: { A: `it's $HOME "x", y`, B: '' },
        tag: 'v1',
      },
      succeed,
    );
    expect({ status, end }).toEqual({ status: 0, end: `built ${DIGEST}` });
    const words = output.split('\n').map(word => word.slice(1, -1));
    expect(words).toEqual(
      expect.arrayContaining([
        'build',
        '--opt=filename=docker/It is.file',
        `--opt=build-arg:A=it's $HOME "x", y`,
        '--opt=build-arg:B=',
        '--opt=force-network-mode=none',
        `context=${root}/workspace/app`,
        `dockerfile=${root}/workspace/app`,
        '--output=type=image,"name=registry.example/models/default/price:attempt-1,registry.example/models/default/price:v1,other.example:5000/m/default/price:attempt-1,other.example:5000/m/default/price:v1",push=true',
        expect.stringMatching(
          /^--import-cache=type=registry,ref=registry.example\/models\/cache\/default\/price:layers-[0-9a-f]{32}$/,
        ),
        '--registry-auth-tlscontext=host=https://other.example:5000,insecure=true',
      ]),
    );
  });

  it('hands secrets to the builder as files, and to nobody in its variables', () => {
    const { status, output } = run(
      {},
      `cat secrets/TOKEN; echo; echo "variable: [$TOKEN]"; ls -l secrets; ${succeed}`,
      'main',
      { TOKEN: "it's $SECRET" },
    );
    expect(status).toBe(0);
    expect(output).toContain("it's $SECRET\nvariable: []\n");
    expect(output).toMatch(/^-rw------- .* TOKEN$/m);
    expect(output).toContain('[--secret=id=TOKEN,src=secrets/TOKEN]');
    expect(output).not.toContain('build-arg:TOKEN');
  });

  it('takes layers from its branch, and leaves them to it, and to no other', () => {
    const caches = (branch: string) => {
      rmSync(join(root, 'home'), { recursive: true });
      mkdirSync(join(root, 'home'));
      const { output } = run({}, succeed, branch);
      return [...output.matchAll(/-cache=type=registry,ref=([^\],]+)/g)].map(
        ([, ref]) => ref,
      );
    };
    const main = caches('main');
    expect(main).toEqual([main[0], main[0]]);
    expect(caches('Main')).not.toContain(main[0]);
    expect(caches('main')).toEqual(main);
    expect(caches('')).toEqual([]);
  });

  it('ends with the exit code of the builder, and leaves the end of its output', () => {
    const { status, output, end } = run(
      {},
      `i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo error: last >&2; exit 3`,
    );
    expect(status).toBe(3);
    expect(output).toMatch(/^line 0\n[^]*line 2999\nerror: last\n$/);
    expect(end).toMatch(/^failed\n[^]*line 2999\nerror: last\n$/);
    expect(end!.length).toBeLessThan(4096);
  });

  it.each([
    ['link', 'escapes'],
    ['through/app', 'escapes'],
    ['../outside', 'escapes'],
    ['nowhere', 'no-context'],
  ])('refuses a context that is not in the workspace: %s', (context, word) => {
    mkdirSync(join(root, 'outside/app'), { recursive: true });
    symlinkSync(join(root, 'outside'), join(root, 'workspace/link'));
    symlinkSync('../outside', join(root, 'workspace/through'));
    const { status, output, end } = run({ context }, succeed);
    expect(status).toBe(1);
    expect(end).toBe(`refused ${word}`);
    expect(output).toMatch(/leaves the workspace|There is no folder/);
    expect(output).not.toContain('[build]');
  });

  it('puts credentials together, those of the portal last', () => {
    const hard = { auth: 'a"}{\\b', more: { x: '{' } };
    put('pull/0/config.json', JSON.stringify({ auths: { 'a.example': hard } }));
    put('pull/1/config.json', '{"auths": { } }');
    put(
      'pull/2/config.json',
      `{\n  "credHelpers": {},\n  "auths": {\n    "b.example": {"auth": "b"},\n    "registry.example": {"auth": "pull"}\n  }\n}\n`,
    );
    put('pull/3/config.json', '{}');
    put(
      'builder/config.json',
      '{"auths":{"registry.example":{"auth":"portal"}}}',
    );
    const { output } = run(
      {},
      `cat "$DOCKER_CONFIG/config.json"; stat -c ' %a' "$DOCKER_CONFIG/config.json"; ${succeed}`,
    );
    const [, text, mode] = /^([^]*?) (\d+)\n/.exec(output)!;
    expect(JSON.parse(text)).toEqual({
      auths: {
        'a.example': hard,
        'b.example': { auth: 'b' },
        'registry.example': { auth: 'portal' },
      },
    });
    expect(mode).toBe('600');
  });
});
