import { InputError, ServiceUnavailableError } from '@backstage/errors';
import { messageOf } from '../engines/errors';

// What registries and the engine say of an image that they will not give however often they are asked
const REFUSALS =
  /invalid reference format|must be lowercase|manifest unknown|name unknown|repository .*not found|manifest .*not found|no matching manifest|access denied|access to the resource is denied|unauthorized|does not exist/i;

/** Why an image was not pulled: the stage is to blame for one that nobody will give, the platform for the rest. */
export function pullFailure(
  image: string,
  engine: string,
  error: unknown,
): Error {
  const text = messageOf(error).trim();
  return REFUSALS.test(text)
    ? new InputError(imageRefused(image, engine, text), error)
    : new ServiceUnavailableError(registryFailed(image, engine, text), error);
}

function imageRefused(image: string, engine: string, text: string): string {
  return `Image '${image}' is not on docker engine '${engine}' and could not be pulled: ${text}. Check its name, or run 'docker load' there`;
}

function registryFailed(image: string, engine: string, text: string): string {
  return `Image '${image}' is not on docker engine '${engine}' and its registry could not be used: ${text}. Check the registry and the network of the engine`;
}
