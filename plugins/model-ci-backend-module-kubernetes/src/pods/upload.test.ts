import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SIDECAR_SCRIPT } from './scripts';

jest.setTimeout(30_000);

const DIGEST = `sha256:${'a'.repeat(64)}`;
/** More than pipe and connection hold, so that tar still writes when the connection ends. */
const BYTES = 2 ** 25;

describe('What the sidecar uploads', () => {
  let folder: string;
  let server: Server | undefined;
  const processes: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-ci-upload-'));
    for (const name of ['workspace', 'model-ci/control', 'model-ci/record']) {
      await mkdir(join(folder, name), { recursive: true });
    }
    await writeFile(join(folder, 'workspace/large'), Buffer.alloc(BYTES));
  });

  afterEach(async () => {
    processes.splice(0).forEach(({ pid }) => pid && process.kill(-pid));
    server?.closeAllConnections();
    server?.close();
    await rm(folder, { recursive: true });
  });

  /** What it notes of an upload to a server that answers so, once a stage that does nothing has ended. */
  async function upload(answer: RequestListener): Promise<string> {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const run = (script: string) => {
      const child = spawn('sh', ['-c', inFolder(script), 'model-ci', '1024'], {
        detached: true,
        stdio: 'ignore',
        env: {
          PATH: process.env.PATH,
          UPLOAD: `http://127.0.0.1:${port}/ large`,
        },
      });
      processes.push(child);
      return child;
    };
    run(SIDECAR_SCRIPT);
    await once(
      run(`
until [ -p /model-ci/control/go ] && [ -p /model-ci/control/log ]; do sleep 0.01; done
exec 3> /model-ci/control/log
read -r word < /model-ci/control/go
exec 3>&-
until [ -e /model-ci/record/done ]; do sleep 0.05; done
kill -KILL $$
`),
      'exit',
    );
    processes.pop();
    expect(existsSync(join(folder, 'model-ci/record/done'))).toBe(true);
    return await readFile(join(folder, 'model-ci/record/results'), 'utf8');
  }

  function inFolder(script: string): string {
    return script
      .replaceAll('/model-ci/', `${folder}/model-ci/`)
      .replaceAll('/workspace', `${folder}/workspace`);
  }

  it('is sent again where the backend died in the middle of it', async () => {
    const received: number[] = [];
    const results = await upload(async (req, res) => {
      if (received.push(0) === 1) {
        req.once('data', () => req.destroy());
        return;
      }
      received[received.length - 1] = (await buffer(req)).length;
      res.writeHead(201).end(JSON.stringify({ digest: DIGEST, size: BYTES }));
    });
    expect(results).toBe(`0 uploaded ${DIGEST}\n`);
    expect(received[1]).toBeGreaterThan(BYTES);
  });

  it('is sent again where the answer broke off', async () => {
    let requests = 0;
    const results = await upload(async (req, res) => {
      await buffer(req);
      requests++;
      const text = JSON.stringify({ digest: DIGEST, size: BYTES });
      res.writeHead(201, { 'Content-Length': text.length });
      if (requests === 1) {
        res.write(text.slice(0, 20), () => res.destroy());
      } else {
        res.end(text);
      }
    });
    expect(results).toBe(`0 uploaded ${DIGEST}\n`);
    expect(requests).toBe(2);
  });
});
