import { z } from 'zod';

/** Longer than git itself takes them on any file system. */
export const MAX_REF = 250;
const MAX_URL = 2_000;
const text = (max: number) =>
  z
    .string()
    .max(max)
    .transform(value => value.replaceAll('\0', ''));

/**
 * Something moved in a repository, in the same words whichever host announced it. It is kept as JSON until everything
 * that follows from it is recorded.
 */
export const changeSchema = z.object({
  provider: z.string().max(32),
  /** The host's own id of the announcement. */
  deliveryId: text(200),
  /** What the host calls it. */
  event: text(64),
  /** As people open it in a browser, without a slash at its end. */
  repositoryUrl: text(MAX_URL),
  /** Absent where nothing moved: the host only says that it reaches the portal. */
  ref: z
    .object({
      type: z.enum(['branch', 'tag']),
      name: text(MAX_REF).refine(name => name !== ''),
    })
    .optional(),
  /** Absent where the host does not say. */
  defaultBranch: text(MAX_REF).optional(),
  /** Commit that the ref pointed at; absent for a new one. */
  before: z.string().max(64).optional(),
  /** Commit that the ref points at now; absent for a deleted one. */
  after: z.string().max(64).optional(),
  /** Subject of that commit. */
  message: text(1_000).optional(),
  /** What asks for no run. */
  skip: z.enum(['message', 'option']).optional(),
  /** Name on the host of who made the change, and the entity ref where the host knows it. */
  author: text(200).optional(),
  user: text(255).optional(),
  /** Set where it is about a pull or merge request: `after` is its newest commit then, and there is no `ref`. */
  pullRequest: z
    .object({
      /** Whether there is something new to be looked at, or nothing any more. */
      action: z.enum(['open', 'close']),
      number: z.int().positive(),
      /** Name on the host of who opened it, where that need not be who made the change. */
      author: text(200).optional(),
      // Pages link to it.
      url: z.url({ protocol: /^https?$/ }).max(MAX_URL),
      sourceBranch: text(MAX_REF),
      targetBranch: text(MAX_REF),
      /** Whether it comes from another repository. */
      isFork: z.boolean(),
      /** When its host last changed it. */
      updatedAt: z.iso.datetime(),
    })
    .optional(),
  /** Files that changed, relative to the root of the repository; absent where the announcement does not name them all. */
  paths: z.array(text(4_096)).optional(),
});

export type Change = z.infer<typeof changeSchema>;

/** An announcement of a host, as it came over HTTP. Whether it is genuine was checked before. */
export interface Announcement {
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  payload: unknown;
}

/** Reads the announcements of one kind of host. Throws a `ZodError` where one is not as its host documents it. */
export type AnnouncementReader = (announcement: Announcement) => Change[];
