import type { Connection } from '../../connection';
import type { PushEventRow } from '../../tables';
import { eventSchema } from './events';

/** Whether subscribers have not yet acknowledged something that happened to a pull request. */
export async function owesRequestEvent(
  db: Connection,
  args: { repository: string; number: number },
): Promise<boolean> {
  const rows = await db<PushEventRow>('push_events')
    .where({ repository: args.repository })
    .where('move', 'like', '{"request":%')
    .select('move');
  return rows.some(({ move }) => {
    const event = eventSchema.parse(JSON.parse(move));
    return 'request' in event && event.request.number === args.number;
  });
}
