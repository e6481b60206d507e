import type { AuditorService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';

/**
 * Records with the auditor what somebody asks for: who and over which address come from the request, `meta` says on
 * what. Let `act` read and check the request too: what is refused is then recorded as refused. `note` adds what is
 * known only while it happens. Reads are of low severity.
 */
export async function audited<T>(
  auditor: AuditorService,
  event: {
    id: string;
    request: Request;
    meta?: JsonObject;
    severity?: 'low' | 'medium';
  },
  act: (note: (meta: JsonObject) => void) => Promise<T>,
): Promise<T> {
  const record = await auditor.createEvent({
    eventId: event.id,
    severityLevel: event.severity ?? 'medium',
    request: event.request,
    ...(event.meta && { meta: event.meta }),
  });
  let meta: JsonObject = {};
  const note = (added: JsonObject) => {
    meta = { ...meta, ...added };
  };
  let result: T;
  try {
    result = await act(note);
  } catch (error) {
    const { name, message, stack } = toError(error);
    await record.fail({ meta, error: { name, message, stack } });
    throw error;
  }
  await record.success({ meta });
  return result;
}
