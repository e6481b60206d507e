/** As the backend: listens, and ends politely. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const server = createServer((_, response) => response.end('portal'));
process.on('SIGTERM', () => server.close());
// A stage outlives it
const stage = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
stage.unref();
server.listen(0, '127.0.0.1', () => {
  console.log(`portal ${process.pid} ${process.ppid}`);
  console.log(`port ${server.address().port}`);
  console.log(`stage ${stage.pid}`);
});
