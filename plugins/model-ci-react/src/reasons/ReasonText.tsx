import type { Reason } from '@model-ci/backstage-plugin-model-ci-common';
import { useReasonText } from './useReasonText';

/** A reason in the reader's language. */
export function ReasonText({ reason }: { reason: Reason }) {
  const describe = useReasonText();
  return <>{describe(reason)}</>;
}
