/** As launch.mjs: starts the next one in this terminal. */
import { fileURLToPath } from 'node:url';
import { endChildren, onEnd, startChild } from '../children.mjs';

const inner = fileURLToPath(new URL('./inner.mjs', import.meta.url));
const child = startChild(process.execPath, [inner], { stdio: 'inherit' });
onEnd(() => endChildren());
child.once('exit', code => {
  process.exitCode = code ?? 1;
});
