import { z } from 'zod';

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const host = z
  .string()
  .regex(HOST, 'must be a host, with the port if it is not the usual one');

const PROFILE = /^(?:RuntimeDefault|Unconfined|Localhost\/[\w./-]+)$/;
const profile = z
  .string()
  .regex(
    PROFILE,
    'must be RuntimeDefault, Unconfined, or Localhost/ and the name of a profile on the nodes',
  )
  .default('Unconfined');

/** How images are built in a cluster. */
export const imageBuildsSchema = z.strictObject({
  image: z.string().min(1).default('docker.io/moby/buildkit:rootless'),
  pull: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  user: z
    .string()
    .regex(/^[1-9]\d*:\d+$/, "must be 'UID:GID' with numbers, and not root")
    .default('1000:1000'),
  seccompProfile: profile,
  appArmorProfile: profile,
  mirrors: z.record(host, z.array(host).min(1)).default({}),
  plainHttp: z.array(host).default([]),
  caFile: z.string().min(1).optional(),
});

export type BuilderConfig = Omit<
  z.infer<typeof imageBuildsSchema>,
  'caFile'
> & {
  /** Certificates of who issued the registries', as PEM. */
  ca?: string;
};

/** A profile as Kubernetes takes it. */
export function profileOf(text: string): {
  type: string;
  localhostProfile?: string;
} {
  const slash = text.indexOf('/');
  return slash < 0
    ? { type: text }
    : {
        type: text.slice(0, slash),
        localhostProfile: text.slice(slash + 1),
      };
}
