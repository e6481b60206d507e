import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { InputError } from '@backstage/errors';
import type { ClusterConfig } from '../config';

/** Where a cluster is, and what opens it, at the time of a call: tokens are renewed. */
export interface Access {
  /** Without a slash at its end. */
  server: string;
  headers: Record<string, string>;
  tls: Pick<
    RequestOptions,
    'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername' | 'passphrase'
  >;
}

export interface Credentials {
  /** The namespace that the kubeconfig names, if it does. */
  namespace?: string;
  access(): Promise<Access>;
}

type Names = Pick<ClusterConfig, 'name' | 'connection'>;

/** Loads how a cluster is reached; what is missing or cannot be read stops the start. */
export function loadCredentials(config: Names): Credentials {
  // It takes a second to load, which a backend without clusters need not wait for
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const client: typeof import('@kubernetes/client-node') = require('@kubernetes/client-node');
  const kubeConfig = new client.KubeConfig();
  try {
    load(kubeConfig, config);
  } catch (error) {
    throw new InputError(
      `Config of kubernetes cluster '${config.name}': its credentials cannot be loaded`,
      error,
    );
  }
  const cluster = kubeConfig.getCurrentCluster();
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  if (!cluster?.server || !context) {
    throw new InputError(
      `Config of kubernetes cluster '${
        config.name
      }': context '${kubeConfig.getCurrentContext()}' names no cluster with a server`,
    );
  }
  const server = cluster.server.replace(/\/+$/, '');
  return {
    ...(context.namespace && { namespace: context.namespace }),
    access: async () => ({ server, ...(await authenticate(kubeConfig)) }),
  };
}

function load(kubeConfig: KubeConfig, { name, connection }: Names): void {
  switch (connection.type) {
    case 'in-cluster':
      if (!process.env.KUBERNETES_SERVICE_HOST) {
        throw new Error('The backend does not run in a cluster');
      }
      kubeConfig.loadFromCluster();
      break;
    case 'kubeconfig':
      kubeConfig.loadFromFile(connection.file);
      if (connection.context !== undefined) {
        kubeConfig.setCurrentContext(connection.context);
      }
      break;
    case 'server': {
      const { url, caFile, token, tokenFile } = connection;
      kubeConfig.loadFromClusterAndUser(
        {
          name,
          server: url,
          skipTLSVerify: false,
          ...(caFile !== undefined && {
            caData: readFileSync(caFile).toString('base64'),
          }),
        },
        tokenFile === undefined
          ? { name, token }
          : {
              name,
              authProvider: { name: 'tokenFile', config: { tokenFile } },
            },
      );
      break;
    }
    default:
      throw new Error(`Unknown connection ${JSON.stringify(connection)}`);
  }
  separateUsers(kubeConfig, name);
}

/**
 * Gives each cluster's users names of their own. The client remembers credentials by the user's name alone, and two
 * clusters may well call their users alike.
 */
function separateUsers(kubeConfig: KubeConfig, cluster: string): void {
  const rename = (name: string) => `${cluster}/${name}`;
  kubeConfig.users = kubeConfig.users.map(user => ({
    ...user,
    name: rename(user.name),
  }));
  kubeConfig.contexts = kubeConfig.contexts.map(context => ({
    ...context,
    user: rename(context.user),
  }));
}

async function authenticate(
  kubeConfig: KubeConfig,
): Promise<Omit<Access, 'server'>> {
  const options: RequestOptions = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const { ca, cert, key, passphrase, servername, rejectUnauthorized } = options;
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name,
    // A token's file ends with a line break, which not everybody takes
    String(value).trim(),
  ]);
  if (options.auth) {
    const basic = Buffer.from(options.auth).toString('base64');
    headers.push(['Authorization', `Basic ${basic}`]);
  }
  return {
    headers: Object.fromEntries(headers),
    tls: { ca, cert, key, passphrase, servername, rejectUnauthorized },
  };
}
