import { inspect } from 'node:util';
import { localEngine } from '../testing/localEngine';
import { DockerEngine } from './DockerEngine';

it('keeps the client from writing out every connection at each call', async () => {
  const engine = new DockerEngine(localEngine());
  const written = await engine.raw(async ({ modem }) =>
    inspect(modem, { showHidden: true, depth: null }),
  );
  expect(written).toContain('agent: [agent]');
  expect(written).not.toContain('freeSockets');
});
