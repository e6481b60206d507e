import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import { messages } from './messages';

/** What the portal itself says, around the pages of its plugins. */
export const portalTranslationRef = createTranslationRef({
  id: 'model-ci-portal',
  messages,
  translations: { zh: () => import('./translations/zh/portal') },
});
