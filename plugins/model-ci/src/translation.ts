import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import { messages } from './messages';

/**
 * Texts of Model CI. English is the default; Simplified Chinese (`zh`) comes with the plugin and is
 * offered once app-config's or the app's list of languages has it.
 *
 * @public
 */
export const modelCiTranslationRef = createTranslationRef({
  id: 'plugin.model-ci',
  messages,
  translations: {
    zh: () => import('./translations/zh'),
  },
});
