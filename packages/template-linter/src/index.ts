/**
 * Reads, renders and checks templates as the portal does.
 *
 * @packageDocumentation
 */
export { readTemplate } from './readTemplate';
export {
  RefusedError,
  TemplateRenderer,
  type RenderedProject,
} from './TemplateRenderer';
