import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import { messages } from './messages';

/**
 * Texts of what Model CI's frontend plugins have in common. English is the default; Simplified Chinese (`zh`) comes with it.
 *
 * @public
 */
export const modelCiReactTranslationRef = createTranslationRef({
  id: 'plugin.model-ci-react',
  messages,
  translations: {
    zh: () => import('./translations/zh'),
  },
});
