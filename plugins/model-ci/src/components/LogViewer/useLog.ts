import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { modelCiApiRef } from '../../api';
import { LogWindow, type LogSource } from './LogWindow';

export interface LogOf {
  runId: string;
  stage: string;
  attempt: number;
}

/** Opens the log of an attempt, around a line if one is given, else at its end. */
export function useLog(of: LogOf, line: number | undefined) {
  const source = useLogSource(of);
  const log = useMemo(() => new LogWindow(source), [source]);
  const snapshot = useSyncExternalStore(log.subscribe, log.getSnapshot);
  const linked = useRef(line);
  useEffect(() => {
    if (linked.current === undefined) {
      log.openEnd();
    } else {
      log.openAt(linked.current);
    }
    return () => log.close();
  }, [log]);
  return { source, log, snapshot };
}

function useLogSource({ runId, stage, attempt }: LogOf): LogSource {
  const api = useApi(modelCiApiRef);
  return useMemo(
    () => ({
      read: (offset, limit, signal) =>
        api.readLog(runId, stage, { attempt, offset, limit }, { signal }),
      follow: (offset, signal, onReconnect) =>
        api.followLog(
          runId,
          stage,
          { attempt, offset },
          { signal, onReconnect },
        ),
    }),
    [api, runId, stage, attempt],
  );
}
