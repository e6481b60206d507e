import { parseBuiltImage } from '../database/storedImage';
import type { DeploymentRow } from '../database/tables/deployments';
import type { DeploymentContext } from './context';

/** Where the image is that a deployment runs, if its executor runs images and it is on one node alone. */
export function imageNodeOf(
  { executors }: Pick<DeploymentContext, 'executors'>,
  { image, executor }: Pick<DeploymentRow, 'image' | 'executor'>,
): { imageNode?: string } {
  const node = parseBuiltImage(image)?.node;
  return node !== undefined && executors.get(executor)?.needsImage
    ? { imageNode: node }
    : {};
}
