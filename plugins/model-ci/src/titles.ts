import type { ApiHolder } from '@backstage/core-plugin-api';
import {
  appLanguageApiRef,
  translationApiRef,
} from '@backstage/core-plugin-api/alpha';
import { titleMessages } from './messages/titles';
import { modelCiTranslationRef } from './translation';
import { titles as zh } from './translations/zh/titles';

const TRANSLATED: Record<string, typeof zh> = { zh };

/**
 * A title of a page or a tab in the language that the app starts in. Backstage's new frontend system takes titles as
 * plain text, once, before any language but English was loaded (backstage/backstage#34139). Whoever draws titles anew
 * after the user chose another language, as this portal's app does, finds them in the plugin's translations.
 */
export function titleAtStart(
  apis: ApiHolder,
  key: keyof typeof titleMessages,
): string {
  const loaded = apis
    .get(translationApiRef)
    ?.getTranslation(modelCiTranslationRef);
  if (loaded?.ready) {
    return loaded.t(key);
  }
  const language = apis.get(appLanguageApiRef)?.getLanguage().language ?? 'en';
  return (TRANSLATED[language] ?? titleMessages)[key];
}
