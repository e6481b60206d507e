import { Server } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { DiscoveryService } from '@backstage/backend-plugin-api';
import type { RequestHandler } from 'express';
import {
  createEndpointUpgrades,
  type EndpointUpgradesOptions,
} from './createEndpointUpgrades';
import { handleUpgrades } from './handleUpgrades';

/** Milliseconds; only a moment is won by it. */
const INTRODUCTION_LIMIT = 30_000;

/**
 * Finds the server that this plugin is served by, whoever has set it up: Backstage gives plugins routes and no server.
 */
export class UpgradeInstaller {
  readonly #options: Omit<EndpointUpgradesOptions, 'baseUrl'>;
  readonly #servers = new Map<Server, () => void>();

  constructor(options: Omit<EndpointUpgradesOptions, 'baseUrl'>) {
    this.#options = options;
  }

  /** Looks at every request; the first one over a server is what matters. */
  readonly middleware: RequestHandler = (req, _res, next) => {
    const server: unknown = 'server' in req.socket && req.socket.server;
    if (isHttpServer(server) && !this.#servers.has(server)) {
      const own = createEndpointUpgrades({
        ...this.#options,
        baseUrl: req.baseUrl,
      });
      this.#servers.set(server, handleUpgrades(server, own));
    }
    next();
  };

  /** Asks this backend for something, so that the first request need not be somebody's upgrade. */
  async introduce(discovery: DiscoveryService): Promise<void> {
    try {
      const baseUrl = await discovery.getBaseUrl('model-ci');
      const answer = await fetch(`${baseUrl}/schema/model-pipeline.json`, {
        signal: AbortSignal.timeout(INTRODUCTION_LIMIT),
      });
      await answer.body?.cancel();
    } catch (error) {
      this.#options.logger.debug(
        `Upgrades are seen to from the first request on: ${error}`,
      );
    }
  }

  remove(): void {
    this.#servers.forEach(undo => undo());
    this.#servers.clear();
  }
}

function isHttpServer(value: unknown): value is Server {
  return value instanceof Server || value instanceof TlsServer;
}
