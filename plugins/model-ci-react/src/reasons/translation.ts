import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import { REASON_TEXTS } from '@model-ci/backstage-plugin-model-ci-common';

const messages: Record<string, string> = REASON_TEXTS;

/**
 * The reasons that the backend gives, by their codes. English is the default; Simplified Chinese (`zh`) comes with it.
 *
 * @public
 */
export const modelCiReasonsTranslationRef = createTranslationRef({
  id: 'plugin.model-ci-react.reasons',
  messages,
  translations: {
    zh: () => import('../translations/reasons'),
  },
});
