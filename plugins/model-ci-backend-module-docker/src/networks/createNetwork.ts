import { ServiceUnavailableError } from '@backstage/errors';
import type Docker from 'dockerode';
import { LABELS } from '../containers/labels';
import type { EngineClient } from '../engines/EngineClient';
import { messageOf, statusOf } from '../engines/errors';
import { subnetAt } from './subnets';

// An engine that has so many foreign networks in the range is not configured for this one
const MAX_CLASHES = 1_000;

/**
 * Creates a network for one container. Each is apart from all others, and small: an engine's own choice of addresses
 * is used up after some thirty networks. Harmless if there is one of this name. `reachable`: from the engine's
 * machine, which is how the backend gets to a service.
 */
export async function createNetwork(
  engine: EngineClient,
  name: string,
  { reachable }: { reachable: boolean },
): Promise<void> {
  const { networks: range, egress } = engine.config;
  const isInternal = egress === 'deny';
  await engine.call(async docker => {
    let clashes = 0;
    for (const subnet of await freeSubnets(docker, engine)) {
      try {
        await docker.createNetwork({
          Name: name,
          Driver: 'bridge',
          CheckDuplicate: true,
          Internal: isInternal,
          // Without it the engine's machine is still there, at the address of the gateway
          ...(isInternal &&
            !reachable && {
              Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
            }),
          Labels: { [LABELS.managed]: 'network' },
          IPAM: { Config: [{ Subnet: subnet }] },
        });
        return;
      } catch (error) {
        if (statusOf(error) === 409) {
          return;
        }
        // Somebody else took it meanwhile, or a foreign network lies across it
        if (!isTaken(error) || ++clashes > MAX_CLASHES) {
          throw error;
        }
      }
    }
    throw new ServiceUnavailableError(
      noNetworkLeft(engine.name, range.text, range.count),
    );
  });
}

/** Removes a network that no container uses any more. Harmless if there is none. */
export async function removeNetwork(
  engine: EngineClient,
  name: string,
): Promise<void> {
  await engine.call(async docker => {
    try {
      await docker.getNetwork(name).remove();
    } catch (error) {
      if (statusOf(error) !== 404) {
        throw error;
      }
    }
  });
}

async function freeSubnets(
  docker: Docker,
  { config: { networks: range } }: EngineClient,
): Promise<Iterable<string>> {
  const used = new Set(
    (await docker.listNetworks()).flatMap(({ IPAM }) =>
      (IPAM?.Config ?? []).map(({ Subnet }) => Subnet),
    ),
  );
  // Two that look at the same time seldom begin at the same place
  const start = Math.floor(Math.random() * range.count);
  return (function* subnets() {
    for (let i = 0; i < range.count; i++) {
      const subnet = subnetAt(range, (start + i) % range.count);
      if (!used.has(subnet)) {
        yield subnet;
      }
    }
  })();
}

function isTaken(error: unknown): boolean {
  return /overlaps with other one|conflicts with network/i.test(
    messageOf(error),
  );
}

function noNetworkLeft(engine: string, range: string, count: number): string {
  return `All ${count} networks in '${range}' of docker engine '${engine}' are in use: give it a larger range under 'networks', or remove networks there that nothing needs ('docker network prune')`;
}
