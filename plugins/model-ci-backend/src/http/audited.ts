import type { AuditorService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';

/**
 * Records a change with the auditor: who and over which address come from the request, `meta` says on what.
 * Refused and failed changes are recorded as failures. `note` adds what is known only while it happens.
 */
export async function audited<T>(
  auditor: AuditorService,
  event: { id: string; request: Request; meta: JsonObject },
  change: (note: (meta: JsonObject) => void) => Promise<T>,
): Promise<T> {
  const record = await auditor.createEvent({
    eventId: event.id,
    severityLevel: 'medium',
    request: event.request,
    meta: event.meta,
  });
  let meta: JsonObject = {};
  const note = (added: JsonObject) => {
    meta = { ...meta, ...added };
  };
  let result: T;
  try {
    result = await change(note);
  } catch (error) {
    const { name, message, stack } = toError(error);
    await record.fail({ meta, error: { name, message, stack } });
    throw error;
  }
  await record.success({ meta });
  return result;
}
