import { useState } from 'react';
import { storageApiRef, useApi } from '@backstage/core-plugin-api';
import type { JsonValue } from '@backstage/types';
import type { Prediction } from '@model-ci/backstage-plugin-model-ci-common';
import { useAction } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import type { Tried } from './Tried';

export type TimedPrediction = Prediction & { milliseconds: number };

/** A request to what serves, from the user's text to the answer. */
export function usePrediction(tried: Tried) {
  const { pipelineRef, environment, version, serving } = tried;
  const api = useApi(modelCiApiRef);
  const storage = useApi(storageApiRef).forBucket('model-ci-try-it');
  const example =
    serving.example === undefined
      ? undefined
      : JSON.stringify(serving.example, undefined, 2);
  const [input, setInput] = useState(
    () =>
      lastInput(storage.snapshot(pipelineRef).value, version) ??
      example ??
      '{}',
  );
  const [answer, setAnswer] = useState<TimedPrediction>();
  const { body, invalid } = parseJson(input);
  const send = useAction(async () => {
    if (body === undefined) {
      return;
    }
    setAnswer(undefined);
    const started = performance.now();
    const prediction = await api.predict({ pipelineRef, environment }, body);
    setAnswer({ ...prediction, milliseconds: performance.now() - started });
    await storage.set(pipelineRef, { version, input });
  });
  return {
    input,
    setInput(text: string) {
      setInput(text);
      // It answered another request.
      setAnswer(undefined);
      send.reset();
    },
    invalid,
    example,
    send,
    answer,
  };
}

/** What the user last sent to the same version; another one may want other requests. */
function lastInput(stored: unknown, version: number): string | undefined {
  return typeof stored === 'object' &&
    stored !== null &&
    'version' in stored &&
    stored.version === version &&
    'input' in stored &&
    typeof stored.input === 'string'
    ? stored.input
    : undefined;
}

function parseJson(text: string): { body?: JsonValue; invalid?: string } {
  try {
    return { body: JSON.parse(text) };
  } catch (error) {
    return { invalid: error instanceof Error ? error.message : String(error) };
  }
}
