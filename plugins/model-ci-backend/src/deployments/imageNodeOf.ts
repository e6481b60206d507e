import { parseBuiltImage } from '../database/storedImage';
import type { DeploymentRow } from '../database/tables/deployments';

/** Where the image is that a deployment runs, if it is on one node alone. */
export function imageNodeOf({ image }: Pick<DeploymentRow, 'image'>): {
  imageNode?: string;
} {
  const node = parseBuiltImage(image)?.node;
  return node === undefined ? {} : { imageNode: node };
}
