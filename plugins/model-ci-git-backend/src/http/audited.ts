import type {
  AuditorService,
  AuditorServiceCreateEventOptions,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';

/** Does something under an audit event, which then says whether it went well. `describe` adds to the event. */
export async function audited<T>(
  auditor: AuditorService,
  event: AuditorServiceCreateEventOptions,
  action: (describe: (meta: JsonObject) => void) => Promise<T>,
): Promise<T> {
  const opened = await auditor.createEvent(event);
  let meta: JsonObject = {};
  try {
    const result = await action(more => {
      meta = { ...meta, ...more };
    });
    await opened.success({ meta });
    return result;
  } catch (error) {
    await opened.fail({
      error: toError(error),
      meta,
    });
    throw error;
  }
}
