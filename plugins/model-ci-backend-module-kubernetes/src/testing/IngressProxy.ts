import { createServer, request, type Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import { z } from 'zod';

const ingressesSchema = z.object({
  items: z.array(
    z.object({
      spec: z.object({
        rules: z.array(
          z.object({
            host: z.string(),
            http: z.object({
              paths: z.array(
                z.object({
                  path: z.string(),
                  pathType: z.literal('Prefix'),
                  backend: z.object({
                    service: z.object({
                      name: z.string(),
                      port: z.object({ number: z.number() }),
                    }),
                  }),
                }),
              ),
            }),
          }),
        ),
      }),
    }),
  ),
});

const endpointsSchema = z.object({
  subsets: z
    .array(
      z.object({
        addresses: z.array(z.object({ ip: z.string() })).default([]),
        ports: z.array(z.object({ port: z.number() })),
      }),
    )
    .default([]),
});

type Kubectl = (...args: string[]) => string;

/** The address of a ready pod of a Service, as the cluster's own network would choose one. */
export function podOf(
  kube: Kubectl,
  service: string,
): { host: string; port: number } | undefined {
  const { subsets } = endpointsSchema.parse(
    JSON.parse(kube('get', 'endpoints', service, '-o', 'json')),
  );
  return subsets
    .flatMap(({ addresses, ports }) =>
      addresses.map(({ ip }) => ({ host: ip, port: ports[0].port })),
    )
    .at(0);
}

/** What an ingress controller does: it follows the rules of Ingress objects to a ready pod of the Service that they name. */
export class IngressProxy {
  private constructor(private readonly server: Server) {}

  static async start(kube: Kubectl): Promise<IngressProxy> {
    const server = createServer((call, answer) => {
      const name = (call.headers.host ?? '').replace(/:\d+$/, '');
      const { items } = ingressesSchema.parse(
        JSON.parse(kube('get', 'ingresses', '-o', 'json')),
      );
      const rule = items
        .flatMap(({ spec }) => spec.rules)
        .find(({ host }) => host === name);
      const path = rule?.http.paths.find(({ path: prefix }) =>
        call.url?.startsWith(prefix),
      );
      const pod = path && podOf(kube, path.backend.service.name);
      if (!pod) {
        answer.writeHead(path ? 503 : 404).end();
        return;
      }
      const { method, url, headers } = call;
      const onward = request({ ...pod, method, path: url, headers });
      onward.on('response', from => {
        answer.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(answer);
      });
      onward.on('error', () => answer.writeHead(502).end());
      call.pipe(onward);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new IngressProxy(server);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Names that a cluster's own DNS would know. */
export function resolveTo(address: () => string): LookupFunction {
  return (_hostname, options, callback) =>
    options.all
      ? callback(null, [{ address: address(), family: 4 }])
      : callback(null, address(), 4);
}
