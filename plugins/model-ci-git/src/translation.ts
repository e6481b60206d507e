import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import { messages } from './messages';

/**
 * Texts of the git host. English is the default; Simplified Chinese (`zh`) comes with the plugin and is
 * offered once the app's list of languages has it.
 *
 * @public
 */
export const gitHostTranslationRef = createTranslationRef({
  id: 'plugin.model-ci-git',
  messages,
  translations: {
    zh: () => import('./translations/zh'),
  },
});
