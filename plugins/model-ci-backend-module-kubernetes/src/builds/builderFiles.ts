import {
  canonicalHost,
  DOCKER_HUB_HOSTS,
  repositoryOf,
  type Registry,
} from '@model-ci/backstage-plugin-model-ci-node';
import type { BuilderConfig } from './builderConfig';

/** Where the builder finds its files: nothing that a Dockerfile runs sees them. */
export const BUILDER = '/model-ci/builder';

/** Docker Hub's credentials go by this name, for historical reasons. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** Frontends that a Dockerfile may name under `# syntax=`: others need not obey the network of the stage. */
const FRONTENDS = ['docker/dockerfile'];

/** How sources begin that are images. */
const IMAGE = '^docker-image(?:\\+blob)?://';

export interface FilesOptions {
  builder: BuilderConfig;
  registries: Registry[];
  pipelineRef: string;
  network: 'none' | 'default';
}

/** What BuildKit reads, by name. */
export function builderFiles(options: FilesOptions): Record<string, string> {
  const { ca } = options.builder;
  return {
    'config.json': dockerConfig(options.registries),
    'buildkitd.toml': daemonConfig(options),
    'policy.json': JSON.stringify(sourcePolicy(options)),
    ...(ca !== undefined && { 'ca.pem': ca }),
  };
}

/** Credentials as Docker keeps them. */
function dockerConfig(registries: Registry[]): string {
  const auths = registries.flatMap(({ host, username, password }) =>
    username === undefined
      ? []
      : [
          [
            canonicalHost(host) === 'docker.io' ? DOCKER_HUB : host,
            {
              auth: Buffer.from(`${username}:${password}`).toString('base64'),
            },
          ] as const,
        ],
  );
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/**
 * Without a sandbox for processes, since a container may not mount /proc: what a Dockerfile runs sees the ids of the
 * builder's processes. It may signal the builder, which ends the build, and read neither its memory nor its files.
 */
function daemonConfig({ builder, registries }: FilesOptions): string {
  const { ca } = builder;
  const hosts = new Set([
    ...Object.keys(builder.mirrors),
    ...Object.values(builder.mirrors).flat(),
    ...builder.plainHttp,
    ...(ca === undefined ? [] : registries.map(({ host }) => host)),
  ]);
  return [
    '[worker.oci]',
    'rootless = true',
    'noProcessSandbox = true',
    'networkMode = "host"',
    '[frontend."gateway.v0"]',
    `allowedRepositories = ${JSON.stringify(FRONTENDS)}`,
    ...[...hosts].flatMap(host => [
      `[registry.${JSON.stringify(host)}]`,
      ...(builder.mirrors[host]
        ? [`mirrors = ${JSON.stringify(builder.mirrors[host])}`]
        : []),
      ...(builder.plainHttp.includes(host) ? ['http = true'] : []),
      ...(ca === undefined ? [] : [`ca = ["${BUILDER}/ca.pem"]`]),
    ]),
    '',
  ].join('\n');
}

/**
 * What the builder may fetch, whichever way a Dockerfile names it. The last rule that matches holds.
 *
 * - Images of other pipelines hold sources and models that not everybody may read, and the builder could. It asks with
 *   the names of the Dockerfile, and looks for mirrors afterwards.
 * - The builder has the pod's network even where the stage has none.
 */
function sourcePolicy(options: FilesOptions) {
  const { registries, pipelineRef, network, builder } = options;
  const rule = (action: 'ALLOW' | 'DENY', identifier: string) => ({
    action,
    selector: { identifier, match_type: 'REGEX' },
  });
  return {
    version: 1,
    rules: [
      ...registries.flatMap(({ host, push }) => {
        if (push === undefined) {
          return [];
        }
        const own = repositoryOf(pipelineRef, push);
        return [host, ...mirroredBy(host, builder)].flatMap(name => [
          rule('DENY', `(?i)${IMAGE}${hostPattern(name)}/${literal(push)}/`),
          rule('ALLOW', `${IMAGE}${literal(`${name}/${own}`)}(?:[:@].*)?$`),
        ]);
      }),
      ...(network === 'none' ? [rule('DENY', '^(?:https?|git)://')] : []),
    ],
  };
}

/** The registries in whose place this one is asked, with its credentials. */
function mirroredBy(host: string, { mirrors }: BuilderConfig): string[] {
  return Object.keys(mirrors).filter(name =>
    mirrors[name].some(mirror => canonicalHost(mirror) === canonicalHost(host)),
  );
}

/** A registry by whatever name it goes. */
function hostPattern(host: string): string {
  const plain = canonicalHost(host);
  if (DOCKER_HUB_HOSTS.includes(plain)) {
    return `(?:${DOCKER_HUB_HOSTS.map(literal).join('|')})(?::0*(?:443|80))?`;
  }
  const [, name, port] = /^(.*?)(?::(\d+))?$/.exec(plain)!;
  return `${literal(name)}${port ? `:0*${port}` : '(?::0*(?:443|80))?'}`;
}

function literal(text: string): string {
  return text.replace(/[.\\+*?()|[\]{}^$]/g, '\\$&');
}
