import { useApiHolder } from '@backstage/core-plugin-api';
import { appLanguageApiRef } from '@backstage/core-plugin-api/alpha';
import { useMemo } from 'react';
import useObservable from 'react-use/esm/useObservable';

/** Of an app without languages. */
const NEVER = { subscribe: () => ({ unsubscribe() {} }) };

/** The language that the user chose in the portal, for numbers and times; the browser's where there is no choice. */
export function useLanguage(): string | undefined {
  const languages = useApiHolder().get(appLanguageApiRef);
  const changes = useMemo(() => languages?.language$(), [languages]);
  const initial = languages?.getLanguage().language;
  return (
    useObservable(changes ?? NEVER, { language: initial ?? '' }).language ||
    undefined
  );
}
