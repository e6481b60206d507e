import { z } from 'zod';

/**
 * Topic of the events service on which code hosts announce pushes.
 *
 * Publishing answers nothing: the events service swallows what a subscriber throws, and there may be none. A host
 * therefore announces a push again, under the same id, until somebody acknowledged it with {@link acknowledgePush};
 * it gives up only after days. Subscribers must take the same push any number of times.
 */
export const PUSH_TOPIC = 'model-ci.push';

/** Topic on which whoever starts runs says that a push is recorded. */
export const PUSH_RECORDED_TOPIC = 'model-ci.push.recorded';

export const pushEventSchema = z.object({
  /** Unique per push; however often it is announced, it has this id. */
  id: z.string(),
  /** URL prefix of everything that is read from the repository, ending in `/`. */
  repositoryUrl: z.string(),
  branch: z.string(),
  defaultBranch: z.string(),
  /** Commit that the branch pointed at; absent for a new branch. */
  before: z.string().optional(),
  /** Commit that the branch points at now; absent for a deleted branch. */
  after: z.string().optional(),
  /** Subject of the commit that the branch points at now, where the code host reports it. */
  message: z.string().optional(),
  /** What asks for no run: the message of that commit, or an option of the push. */
  skip: z.enum(['message', 'option']).optional(),
  /** Files that changed, relative to the root of the repository; absent where they are not known. */
  changedPaths: z.array(z.string()).optional(),
  /** Entity ref of who pushed. */
  pushedBy: z.string(),
});

/** A branch of a repository moved. */
export type PushEvent = z.infer<typeof pushEventSchema>;

export const pushRecordedEventSchema = z.object({
  /** Id of the push. */
  id: z.string(),
});

/** Everything that follows from a push is recorded: its host may forget it. */
export type PushRecordedEvent = z.infer<typeof pushRecordedEventSchema>;

/**
 * Says that a push needs no further announcement. To be called after the run that it starts is committed, or after it is
 * clear that it starts none. A lost acknowledgement does no harm: the push comes again.
 */
export async function acknowledgePush(
  events: {
    publish(params: { topic: string; eventPayload: unknown }): Promise<void>;
  },
  push: Pick<PushEvent, 'id'>,
): Promise<void> {
  const eventPayload: PushRecordedEvent = { id: push.id };
  await events.publish({ topic: PUSH_RECORDED_TOPIC, eventPayload });
}
