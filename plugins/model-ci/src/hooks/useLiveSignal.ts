import { useEffect, useRef } from 'react';
import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  MODEL_CI_SIGNAL_CHANNEL,
  type ModelCiSignal,
} from '@model-ci/backstage-plugin-model-ci-common';

/**
 * Calls `onSignal` for every message of the live channel, and answers whether there is such a channel.
 *
 * It subscribes itself because `useSignal` keeps only the last message: of two that arrive before
 * a render, the first would be lost.
 */
export function useLiveSignal(
  onSignal: ((signal: ModelCiSignal) => void) | undefined,
): boolean {
  const signals = useApiHolder().get(signalApiRef);
  const latest = useRef(onSignal);
  latest.current = onSignal;
  const wanted = onSignal !== undefined;

  useEffect(() => {
    if (!signals || !wanted) {
      return undefined;
    }
    const subscription = signals.subscribe<ModelCiSignal>(
      MODEL_CI_SIGNAL_CHANNEL,
      message => latest.current?.(message),
    );
    return () => subscription.unsubscribe();
  }, [signals, wanted]);

  return signals !== undefined;
}
