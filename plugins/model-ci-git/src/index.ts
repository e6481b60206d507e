/**
 * Page of the embedded git host: repositories and access tokens.
 *
 * @packageDocumentation
 */
export { modelCiGitPlugin as default, modelCiGitPlugin } from './plugin';
export { gitHostApiRef } from './api';
export { gitHostTranslationRef } from './translation';
