/**
 * Lets Model CI ask the portal's permission policy about users who are not there.
 *
 * @packageDocumentation
 */
export { authModuleModelCi as default } from './module';
