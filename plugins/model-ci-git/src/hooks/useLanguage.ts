import { useMemo } from 'react';
import { useApiHolder } from '@backstage/core-plugin-api';
import { appLanguageApiRef } from '@backstage/core-plugin-api/alpha';
import useObservable from 'react-use/esm/useObservable';

const SILENT = { subscribe: () => ({ unsubscribe() {} }) };

/** The language that the user chose in the portal; the browser's where the portal has no choice. */
export function useLanguage(): string | undefined {
  const languages = useApiHolder().get(appLanguageApiRef);
  const changes = useMemo(() => languages?.language$(), [languages]);
  const language = languages?.getLanguage().language ?? '';
  return useObservable(changes ?? SILENT, { language }).language || undefined;
}
