/** As start.mjs: starts what listens, and a step with a worker of its own. */
import { endChildren, onEnd, startChild } from '../children.mjs';

onEnd(async () => {
  await endChildren();
  process.exit(0);
});
startChild('/bin/sh', ['-c', 'sleep 1000 & echo step $! $$; wait'], {
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
});
const file = name => new URL(name, import.meta.url);
startChild(
  process.execPath,
  [
    '--import',
    file('../endWithParent.mjs').href,
    file('./listener.mjs').pathname,
  ],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, MODEL_CI_ENDS_WITH_PARENT: 'true' },
  },
);
